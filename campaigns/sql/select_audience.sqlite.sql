-- Purpose: an audience without the people who are subscribed to a list that the campaign leaves out.
-- Parameters: excluded_ids (JSON array of numbers, as text); and the audience's own, in the braces.
-- Columns: as an AudienceQuery.
-- Index: subscription_once_per_list.
SELECT a.recipient_key, a.address, a.address_hash, a.contact_id, a.list_key, a.locale, a.not_before
FROM ({audience}) a
WHERE NOT EXISTS (
    SELECT 1 FROM contacts_subscription x
    WHERE x.contact_id = a.contact_id AND x.state = 'subscribed'
        AND x.list_id IN (SELECT j.value FROM json_each(%(excluded_ids)s) j)
)
