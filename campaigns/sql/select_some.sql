-- Purpose: a few of those who would get the letter.
-- Parameters: kept (an outcome that gets it all the same); those of select_dropped, whose statement is in the braces.
-- Columns: contact_id; somebody on several lists may come several times.
-- Index: subscription_state_in_list; ends with the first few that it finds.
SELECT x.contact_id
FROM contacts_subscription x
LEFT JOIN ({dropped}) d ON d.contact_id = x.contact_id AND d.outcome <> %(kept)s
WHERE x.list_id IN ({lists})
    AND x.state = 'subscribed'
    AND NOT EXISTS (
        SELECT 1 FROM contacts_subscription e
        WHERE e.contact_id = x.contact_id AND e.list_id IN ({excluded}) AND e.state = 'subscribed'
    )
    AND d.contact_id IS NULL
LIMIT 24
