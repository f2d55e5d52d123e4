-- Purpose: what servers answered to the letters of a dispatch that failed or are to be tried again.
-- Parameters: dispatch_id.
-- Columns: state, reason, reply (its beginning, which holds the codes), number; the most frequent first.
-- Index: message_in_dispatch.
SELECT m.state, m.reason, substr(m.reply, 1, 12) AS reply, count(*) AS number
FROM delivery_message m
WHERE m.dispatch_id = %(dispatch_id)s AND m.state IN ('failed', 'deferred')
GROUP BY m.state, m.reason, substr(m.reply, 1, 12)
ORDER BY count(*) DESC
LIMIT 100
