-- Purpose: lease a dispatch's oldest chunk that nobody holds; what a vanished sender left in doubt is recovery's.
-- Parameters: dispatch_id, now, lease_until, owner, no (false).
-- Columns: id, dispatch_id, last_id, done_id, intent_id, epoch.
-- Index: chunk_unfinished.
UPDATE delivery_chunk
SET lease_until = %(lease_until)s, owner = %(owner)s, epoch = epoch + 1
WHERE id = (
    SELECT c.id FROM delivery_chunk c
    JOIN delivery_dispatch d ON d.id = c.dispatch_id
    WHERE c.dispatch_id = %(dispatch_id)s AND c.finished = %(no)s AND d.state = 'sending'
        AND c.intent_id = c.done_id
        AND (c.lease_until IS NULL OR c.lease_until < %(now)s)
    ORDER BY c.id
    LIMIT 1
    FOR UPDATE OF c SKIP LOCKED
)
RETURNING id, dispatch_id, last_id, done_id, intent_id, epoch
