-- Purpose: how many of a campaign's people would not get the letter, by outcome, and a few of those who would.
-- Parameters: kept (an outcome that gets it all the same); those of select_dropped, whose statement is in the braces.
-- Columns: outcome ("person" for the few), number (how many; of a person, the contact's id, maybe several times).
-- Index: as select_dropped; subscription_state_in_list, of which it reads until the few are found.
WITH dropped AS MATERIALIZED ({dropped})
SELECT d.outcome, count(*) AS number FROM dropped d GROUP BY d.outcome
UNION ALL
SELECT 'person', p.contact_id
FROM (
    SELECT x.contact_id
    FROM contacts_subscription x
    LEFT JOIN dropped d ON d.contact_id = x.contact_id AND d.outcome <> %(kept)s
    WHERE x.list_id IN ({lists})
        AND x.state = 'subscribed'
        AND d.contact_id IS NULL
        AND NOT EXISTS (
            SELECT 1 FROM contacts_subscription e
            WHERE e.contact_id = x.contact_id AND e.list_id IN ({excluded}) AND e.state = 'subscribed'
        )
    LIMIT 24
) p
