-- Purpose: for how many of those who would get the letter each of some fields is empty.
-- Parameters: names (array of text: columns of contacts or keys of custom fields); kept; those of select_dropped.
-- Columns: name, number.
-- Index: the primary key of contacts; as select_dropped.
SELECT k.name, count(*) AS number
FROM contacts_contact c
LEFT JOIN ({dropped}) d ON d.contact_id = c.id AND d.outcome <> %(kept)s
CROSS JOIN unnest(CAST(%(names)s AS text[])) AS k(name)
WHERE c.id IN (SELECT x.contact_id FROM contacts_subscription x WHERE x.list_id IN ({lists}) AND x.state = 'subscribed')
    AND NOT EXISTS (
        SELECT 1 FROM contacts_subscription e
        WHERE e.contact_id = c.id AND e.list_id IN ({excluded}) AND e.state = 'subscribed'
    )
    AND d.contact_id IS NULL
    AND coalesce(
        CASE k.name
            WHEN 'first_name' THEN c.first_name
            WHEN 'last_name' THEN c.last_name
            WHEN 'name' THEN c.first_name || c.last_name
            WHEN 'email' THEN c.email
            WHEN 'phone' THEN c.phone
            WHEN 'locale' THEN c.locale
            WHEN 'time_zone' THEN c.time_zone
            WHEN 'country' THEN c.country
            WHEN 'city' THEN c.city
            WHEN 'source' THEN c.source
            ELSE c.custom ->> k.name
        END,
        ''
    ) = ''
GROUP BY k.name
