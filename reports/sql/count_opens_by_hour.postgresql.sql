-- Purpose: in which hour since the launch each person of a dispatch first opened and first clicked.
-- Parameters: dispatch_id, launched_at, hours (later ones count in the last).
-- Columns: hour (from 0), opened, clicked (people, by human events).
-- Index: event_type_in_dispatch.
WITH person AS (
    SELECT extract(epoch FROM min(e.occurred_at) - %(launched_at)s) AS opened_after,
        extract(epoch FROM min(e.occurred_at) FILTER (WHERE e.type = 'clicked') - %(launched_at)s) AS clicked_after
    FROM delivery_event e
    WHERE e.dispatch_id = %(dispatch_id)s AND e.type IN ('opened', 'clicked')
        AND e.grade = 'human' AND e.message_id IS NOT NULL
    GROUP BY e.message_id
),
first AS (
    -- least and greatest pass over NULL: who has not clicked must not come into them.
    SELECT least(%(hours)s, greatest(0, floor(opened_after / 3600)))::int AS hour, 1 AS opened, 0 AS clicked
    FROM person
    UNION ALL
    SELECT least(%(hours)s, greatest(0, floor(clicked_after / 3600)))::int, 0, 1
    FROM person
    WHERE clicked_after IS NOT NULL
)
SELECT hour, sum(opened) AS opened, sum(clicked) AS clicked
FROM first
GROUP BY hour
ORDER BY hour
