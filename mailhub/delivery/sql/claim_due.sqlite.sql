-- Purpose: lease what is due in a lane, oldest first; rows whose letter may be on the wire are recovery's.
-- Parameters: lane, now, lease_until, owner, size, no (false).
-- Columns: id, dispatch_id, message_id, epoch, resent.
-- Index: due_next.
UPDATE delivery_due
SET lease_until = %(lease_until)s, owner = %(owner)s, epoch = epoch + 1
WHERE id IN (
    SELECT u.id FROM delivery_due u
    JOIN delivery_dispatch d ON d.id = u.dispatch_id
    WHERE u.lane = %(lane)s AND u.due_at <= %(now)s AND u.in_flight = %(no)s AND d.state = 'sending'
        AND (u.lease_until IS NULL OR u.lease_until < %(now)s)
    ORDER BY u.due_at
    LIMIT %(size)s
)
RETURNING id, dispatch_id, message_id, epoch, resent
