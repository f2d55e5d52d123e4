-- Purpose: make the queued rows of a small dispatch due, each by itself.
-- Parameters: dispatch_id, lane, now, no (false).
-- Columns: none.
-- Index: message_in_dispatch (the key on PostgreSQL); due_once_per_message.
INSERT INTO delivery_due (dispatch_id, message_id, lane, due_at, owner, epoch, in_flight, resent)
SELECT m.dispatch_id, m.id, %(lane)s, coalesce(m.not_before, %(now)s), '', 0, %(no)s, %(no)s
FROM delivery_message m
WHERE m.dispatch_id = %(dispatch_id)s AND m.state = 'queued'
ORDER BY m.id
ON CONFLICT (dispatch_id, message_id) DO NOTHING
