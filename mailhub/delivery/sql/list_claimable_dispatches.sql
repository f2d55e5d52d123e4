-- Purpose: the dispatches that have a chunk to claim, with how many of their chunks are being sent now.
-- Parameters: now, no (false).
-- Columns: dispatch_id, leased_count.
-- Index: chunk_unfinished.
SELECT c.dispatch_id, sum(CASE WHEN c.lease_until >= %(now)s THEN 1 ELSE 0 END) AS leased_count
FROM delivery_chunk c
JOIN delivery_dispatch d ON d.id = c.dispatch_id
WHERE c.finished = %(no)s AND d.state = 'sending'
GROUP BY c.dispatch_id
HAVING sum(CASE WHEN c.lease_until >= %(now)s OR c.intent_id > c.done_id THEN 0 ELSE 1 END) > 0
