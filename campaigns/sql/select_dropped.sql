-- Purpose: who of a campaign's people would not get the letter, by the rules of the ledger and the senders.
-- Parameters: brand_scope, stream_scope, obeyed (",a,b,"), now, capped_since, week_since; in the braces numbers of lists.
-- Columns: contact_id, outcome (suppressed, expired, paused, frequency, capped).
-- Index: contact_once_per_address_hash, subscription_once_per_list: it begins with the few who may drop out.
WITH touched AS (
    SELECT c.id AS contact_id, c.address_hash
    FROM (
        SELECT s.address_hash FROM delivery_suppression s
        UNION
        SELECT r.address_hash FROM delivery_addressrecord r WHERE r.last_marketing_at > %(capped_since)s
    ) h
    JOIN contacts_contact c ON c.address_hash = h.address_hash
    UNION
    SELECT c.id, c.address_hash
    FROM contacts_subscription x
    JOIN contacts_contact c ON c.id = x.contact_id
    WHERE x.list_id IN ({lists}) AND x.basis_expires_at <= %(now)s
    UNION
    SELECT c.id, c.address_hash
    FROM contacts_mailingwish w
    JOIN contacts_contact c ON c.id = w.contact_id
    WHERE w.paused_until > %(now)s OR w.frequency = 'weekly'
),
chosen AS (
    -- The list that the letter comes through, as contacts chooses it for an audience.
    SELECT
        t.contact_id,
        t.address_hash,
        coalesce(
            min(x.list_id) FILTER (WHERE x.basis_expires_at IS NULL OR x.basis_expires_at > %(now)s),
            min(x.list_id)
        ) AS list_id,
        max(CASE WHEN x.basis_expires_at IS NULL OR x.basis_expires_at > %(now)s THEN 1 ELSE 0 END) AS consents
    FROM touched t
    JOIN contacts_subscription x ON x.contact_id = t.contact_id
    WHERE x.list_id IN ({lists})
        AND x.state = 'subscribed'
        AND NOT EXISTS (
            SELECT 1 FROM contacts_subscription e
            WHERE e.contact_id = t.contact_id AND e.list_id IN ({excluded}) AND e.state = 'subscribed'
        )
    GROUP BY t.contact_id, t.address_hash
),
-- Materialized, so that the outcome is found once and not again for the condition on it.
judged AS MATERIALIZED (
    SELECT
        h.contact_id,
        CASE
            WHEN EXISTS (
                SELECT 1 FROM delivery_suppression s
                WHERE s.address_hash = h.address_hash
                    AND (
                        s.scope_key = %(stream_scope)s
                        OR (
                            s.scope_key IN ('', %(brand_scope)s, 'list:' || h.list_id)
                            AND %(obeyed)s LIKE '%%,' || s.reason || ',%%'
                        )
                    )
            ) THEN 'suppressed'
            WHEN h.consents = 0 THEN 'expired'
            WHEN EXISTS (
                SELECT 1 FROM contacts_mailingwish w
                WHERE w.contact_id = h.contact_id AND w.paused_until > %(now)s
            ) THEN 'paused'
            WHEN EXISTS (
                SELECT 1
                FROM contacts_mailingwish w
                JOIN delivery_addressrecord r ON r.address_hash = h.address_hash
                WHERE w.contact_id = h.contact_id AND w.frequency = 'weekly' AND r.last_marketing_at > %(week_since)s
            ) THEN 'frequency'
            WHEN EXISTS (
                SELECT 1 FROM delivery_addressrecord r
                WHERE r.address_hash = h.address_hash AND r.last_marketing_at > %(capped_since)s
            ) THEN 'capped'
            ELSE ''
        END AS outcome
    FROM chosen h
)
SELECT j.contact_id, j.outcome FROM judged j WHERE j.outcome <> ''
