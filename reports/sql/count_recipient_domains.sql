-- Purpose: what became of a dispatch's letters at the domains that most of them went to.
-- Parameters: dispatch_id, size (how many domains).
-- Columns: domain, planned, sent, failed, opened, clicked (the last two: people, by human events).
-- Index: message_in_dispatch (the key on PostgreSQL), event_type_in_dispatch.
WITH reader AS (
    SELECT e.message_id, max(CASE WHEN e.type = 'clicked' THEN 1 ELSE 0 END) AS clicked
    FROM delivery_event e
    WHERE e.dispatch_id = %(dispatch_id)s AND e.type IN ('opened', 'clicked')
        AND e.grade = 'human' AND e.message_id IS NOT NULL
    GROUP BY e.message_id
),
letter AS (
    SELECT m.id, m.state,
        -- What is left without all that comes before and with the @: the same on both databases.
        replace(m.address, rtrim(m.address, replace(m.address, '@', '')), '') AS domain
    FROM delivery_message m
    WHERE m.dispatch_id = %(dispatch_id)s
)
SELECT letter.domain, count(*) AS planned,
    count(CASE WHEN letter.state = 'sent' THEN 1 END) AS sent,
    count(CASE WHEN letter.state = 'failed' THEN 1 END) AS failed,
    count(reader.message_id) AS opened, coalesce(sum(reader.clicked), 0) AS clicked
FROM letter
LEFT JOIN reader ON reader.message_id = letter.id
GROUP BY letter.domain
ORDER BY planned DESC, letter.domain
LIMIT %(size)s
