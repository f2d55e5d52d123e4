-- Purpose: list an address's rows of the ledger, whatever the dispatch.
-- Parameters: address_hash, which is the recipient's key of campaigns and of single letters.
-- Columns: dispatch_id, id.
-- Index: message_once_per_dispatch, once a dispatch: the ledger has none by address alone.
SELECT m.dispatch_id, m.id
FROM delivery_dispatch d
JOIN delivery_message m ON m.dispatch_id = d.id AND m.recipient_key = %(address_hash)s
