-- Purpose: cancel a dispatch's open rows, but for those that may be on the wire at this moment.
-- Parameters: dispatch_id, now, yes (true), no (false).
-- Columns: none.
-- Index: message_in_dispatch (the key on PostgreSQL), chunk_unfinished, due_once_per_message.
UPDATE delivery_message
SET state = 'cancelled', reason = 'stopped', settled_at = %(now)s
WHERE dispatch_id = %(dispatch_id)s
    AND state IN ('queued', 'claimed', 'deferred')
    AND NOT EXISTS (
        SELECT 1 FROM delivery_chunk c
        WHERE c.dispatch_id = %(dispatch_id)s AND c.finished = %(no)s
            AND delivery_message.id > c.done_id AND delivery_message.id <= c.intent_id
    )
    AND NOT EXISTS (
        SELECT 1 FROM delivery_due d
        WHERE d.dispatch_id = %(dispatch_id)s AND d.message_id = delivery_message.id AND d.in_flight = %(yes)s
    )
