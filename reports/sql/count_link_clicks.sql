-- Purpose: clicks on each tracked link of a dispatch, by grade.
-- Parameters: dispatch_id.
-- Columns: number, address, and for human, machine and unknown: <grade>_unique, <grade>_total.
-- Index: link_number_once_per_dispatch, event_type_in_dispatch.
SELECT l.number, l.template AS address,
    count(DISTINCT CASE WHEN e.grade = 'human' THEN e.message_id END) AS human_unique,
    count(CASE WHEN e.grade = 'human' THEN 1 END) AS human_total,
    count(DISTINCT CASE WHEN e.grade = 'machine' THEN e.message_id END) AS machine_unique,
    count(CASE WHEN e.grade = 'machine' THEN 1 END) AS machine_total,
    count(DISTINCT CASE WHEN e.grade = 'unknown' THEN e.message_id END) AS unknown_unique,
    count(CASE WHEN e.grade = 'unknown' THEN 1 END) AS unknown_total
FROM delivery_dispatchlink l
LEFT JOIN delivery_event e
    ON e.dispatch_id = l.dispatch_id AND e.type = 'clicked' AND e.link_number = l.number
WHERE l.dispatch_id = %(dispatch_id)s
GROUP BY l.number, l.template
ORDER BY human_total DESC, l.number
