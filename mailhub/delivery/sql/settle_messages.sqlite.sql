-- Purpose: write the result of one row; a row in doubt takes the real answer, a settled one stays.
-- Parameters: dispatch_id, id, state, reason, reply, tries, settled_at.
-- Columns: none.
-- Index: the primary key.
UPDATE delivery_message
SET state = %(state)s, reason = %(reason)s, reply = %(reply)s, attempts = attempts + %(tries)s,
    settled_at = %(settled_at)s
WHERE id = %(id)s AND dispatch_id = %(dispatch_id)s AND state IN ('queued', 'claimed', 'deferred', 'uncertain')
