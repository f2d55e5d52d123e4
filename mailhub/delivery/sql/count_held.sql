-- Purpose: the letters that wait for room under a limit, by dispatch and reason, with the first and last moment.
-- Parameters: none.
-- Columns: dispatch_id, reason, number, first_at, last_at.
-- Index: due_once_per_message, the key (dispatch_id, id).
SELECT d.dispatch_id, m.reason, count(*) AS number, min(d.due_at) AS first_at, max(d.due_at) AS last_at
FROM delivery_due d
JOIN delivery_message m ON m.dispatch_id = d.dispatch_id AND m.id = d.message_id
WHERE m.state = 'deferred'
    AND m.reason IN (
        'limit_route', 'limit_warm_up', 'limit_domain', 'back_off', 'route_stopped', 'limits_away'
    )
GROUP BY d.dispatch_id, m.reason
ORDER BY number DESC
