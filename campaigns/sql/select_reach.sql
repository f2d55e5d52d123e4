-- Purpose: everybody of an audience with what a launch and the senders would make of them, by their rules.
-- Parameters: brand_scope, stream_scope, obeyed (",a,b,"), now, capped_since; and the audience's own, in the braces.
-- Columns: contact_id, outcome (suppressed, expired, capped, or '' for who gets the letter).
-- Index: the unique keys of suppressions, subscriptions and address records; hash joins for big audiences.
WITH people AS MATERIALIZED (
    SELECT a.contact_id, a.address_hash, a.list_key FROM ({audience}) a
),
stopped AS MATERIALIZED (
    SELECT DISTINCT p.contact_id
    FROM people p
    JOIN delivery_suppression s ON s.address_hash = p.address_hash
    WHERE s.scope_key = %(stream_scope)s
        OR (s.scope_key IN ('', %(brand_scope)s, p.list_key) AND %(obeyed)s LIKE '%%,' || s.reason || ',%%')
),
lapsed AS MATERIALIZED (
    SELECT x.contact_id, 'list:' || x.list_id AS list_key
    FROM contacts_subscription x
    WHERE x.basis_expires_at <= %(now)s
)
SELECT
    p.contact_id,
    CASE
        WHEN t.contact_id IS NOT NULL THEN 'suppressed'
        WHEN l.contact_id IS NOT NULL THEN 'expired'
        WHEN r.address_hash IS NOT NULL THEN 'capped'
        ELSE ''
    END AS outcome
FROM people p
LEFT JOIN stopped t ON t.contact_id = p.contact_id
LEFT JOIN lapsed l ON l.contact_id = p.contact_id AND l.list_key = p.list_key
LEFT JOIN delivery_addressrecord r
    ON r.address_hash = p.address_hash AND r.last_marketing_at > %(capped_since)s
