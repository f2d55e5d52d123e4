-- Purpose: how a dispatch's rows stand, by state and reason, and how many of each were settled lately.
-- Parameters: dispatch_id, since (the moment from which on "lately" counts).
-- Columns: state, reason, number, lately, last_at (when the newest of them was settled).
-- Index: message_in_dispatch.
SELECT
    m.state,
    m.reason,
    count(*) AS number,
    sum(CASE WHEN m.settled_at > %(since)s THEN 1 ELSE 0 END) AS lately,
    max(m.settled_at) AS last_at
FROM delivery_message m
WHERE m.dispatch_id = %(dispatch_id)s
GROUP BY m.state, m.reason
