-- Purpose: whether a dispatch still sends; the transaction that asks is the only one that writes.
-- Parameters: dispatch_id.
-- Columns: id.
-- Index: the primary key.
SELECT id FROM delivery_dispatch WHERE id = %(dispatch_id)s AND state = 'sending'
