-- Purpose: opens and clicks of a dispatch by grade; a click without an open in its grade counts as one open too.
-- Parameters: dispatch_id.
-- Columns: grade ("all" for the whole), open_unique, open_total, click_unique, click_total.
-- Index: event_type_in_dispatch.
WITH graded AS (
    SELECT e.message_id, e.grade,
        sum(CASE WHEN e.type = 'opened' THEN 1 ELSE 0 END) AS opened,
        sum(CASE WHEN e.type = 'clicked' THEN 1 ELSE 0 END) AS clicked
    FROM delivery_event e
    WHERE e.dispatch_id = %(dispatch_id)s AND e.type IN ('opened', 'clicked')
    GROUP BY e.message_id, e.grade
),
-- An anonymous event names no message, so that it cannot be told whose open its click implies.
told_apart AS (
    SELECT message_id, grade, clicked,
        CASE WHEN opened = 0 AND message_id IS NOT NULL THEN 1 ELSE opened END AS opened
    FROM graded
)
SELECT grade, count(message_id) AS open_unique, sum(opened) AS open_total,
    count(CASE WHEN clicked > 0 THEN message_id END) AS click_unique, sum(clicked) AS click_total
FROM told_apart
GROUP BY grade
UNION ALL
SELECT 'all', count(DISTINCT message_id), coalesce(sum(opened), 0),
    count(DISTINCT CASE WHEN clicked > 0 THEN message_id END), coalesce(sum(clicked), 0)
FROM told_apart
