-- Purpose: cut the queued rows of a bulk dispatch into runs of ids, the unit of claim.
-- Parameters: dispatch_id, size (rows a chunk), no (false).
-- Columns: none.
-- Index: message_in_dispatch (the key on PostgreSQL).
INSERT INTO delivery_chunk (dispatch_id, first_id, last_id, done_id, intent_id, epoch, owner, finished)
SELECT %(dispatch_id)s, min(run.id), max(run.id), min(run.id) - 1, min(run.id) - 1, 0, '', %(no)s
FROM (
    SELECT m.id, (row_number() OVER (ORDER BY m.id) - 1) / %(size)s AS number
    FROM delivery_message m
    WHERE m.dispatch_id = %(dispatch_id)s AND m.state = 'queued'
) run
GROUP BY run.number
ORDER BY run.number
