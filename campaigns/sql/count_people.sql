-- Purpose: how many people are subscribed to any of some lists, each counted once.
-- Parameters: none; in the braces the numbers of the lists, and of those that are left out.
-- Columns: number.
-- Index: subscription_state_in_list.
SELECT count(*) AS number
FROM (
    SELECT x.contact_id
    FROM contacts_subscription x
    WHERE x.list_id IN ({lists})
        AND x.state = 'subscribed'
        AND NOT EXISTS (
            SELECT 1 FROM contacts_subscription e
            WHERE e.contact_id = x.contact_id AND e.list_id IN ({excluded}) AND e.state = 'subscribed'
        )
    GROUP BY x.contact_id
) p
