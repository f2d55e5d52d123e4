-- Purpose: whether a dispatch still sends; many senders may ask at once, pause and stop wait for them.
-- Parameters: dispatch_id.
-- Columns: id.
-- Index: the primary key.
SELECT id FROM delivery_dispatch WHERE id = %(dispatch_id)s AND state = 'sending' FOR SHARE
