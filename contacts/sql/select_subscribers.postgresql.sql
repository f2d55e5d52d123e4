-- Purpose: one row for each person who is subscribed to any of the lists, as an AudienceQuery wants it.
-- Parameters: list_ids (array of bigint), consent_now (moment against which implied consent is held).
-- Columns: recipient_key, address, address_hash, contact_id, list_key, locale, not_before.
-- Index: subscription_state_in_list, then the primary key of contacts.
SELECT
    c.address_hash AS recipient_key,
    c.address,
    c.address_hash,
    c.id AS contact_id,
    'list:' || w.list_id AS list_key,
    c.locale,
    CAST(NULL AS timestamp with time zone) AS not_before
FROM (
    -- The first list, but one whose consent has run out only when there is no other.
    SELECT
        s.contact_id,
        coalesce(
            min(s.list_id) FILTER (
                WHERE s.basis_expires_at IS NULL OR s.basis_expires_at > %(consent_now)s
            ),
            min(s.list_id)
        ) AS list_id
    FROM contacts_subscription s
    WHERE s.list_id = ANY(%(list_ids)s) AND s.state = 'subscribed'
    GROUP BY s.contact_id
) w
JOIN contacts_contact c ON c.id = w.contact_id
