-- Purpose: an audience without the people who are subscribed to a list that the campaign leaves out.
-- Parameters: excluded_ids (array of bigint); and the audience's own, whose SELECT stands in the braces.
-- Columns: as an AudienceQuery.
-- Index: subscription_state_in_list.
SELECT a.recipient_key, a.address, a.address_hash, a.contact_id, a.list_key, a.locale, a.not_before
FROM ({audience}) a
WHERE NOT EXISTS (
    SELECT 1 FROM contacts_subscription x
    WHERE x.contact_id = a.contact_id AND x.list_id = ANY(%(excluded_ids)s) AND x.state = 'subscribed'
)
