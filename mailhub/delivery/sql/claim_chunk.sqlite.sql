-- Purpose: lease the oldest chunk of a sending dispatch that nobody holds; a new epoch fences the last holder.
-- Parameters: now, lease_until, owner, yes (true), no (false).
-- Columns: id, dispatch_id, last_id, done_id, intent_id, epoch.
-- Index: chunk_unfinished.
UPDATE delivery_chunk
SET lease_until = %(lease_until)s, owner = %(owner)s, epoch = epoch + 1
WHERE id = (
    SELECT c.id FROM delivery_chunk c
    JOIN delivery_dispatch d ON d.id = c.dispatch_id
    WHERE c.finished = %(no)s AND d.state = 'sending' AND (c.lease_until IS NULL OR c.lease_until < %(now)s)
    ORDER BY c.dispatch_id, c.id
    LIMIT 1
)
RETURNING id, dispatch_id, last_id, done_id, intent_id, epoch
