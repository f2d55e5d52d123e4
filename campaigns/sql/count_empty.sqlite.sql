-- Purpose: for how many of those who would get the letter each of some fields is empty.
-- Parameters: names (JSON array: columns of contacts or keys of custom fields); kept; those of select_reach, in the braces.
-- Columns: name, number.
-- Index: the primary key of contacts; as select_reach.
SELECT k.value AS name, count(*) AS number
FROM ({reach}) q
JOIN contacts_contact c ON c.id = q.contact_id
CROSS JOIN json_each(%(names)s) k
WHERE q.outcome IN ('', %(kept)s)
    AND coalesce(
        CASE k.value
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
            ELSE json_extract(c.custom, '$."' || k.value || '"')
        END,
        ''
    ) = ''
GROUP BY k.value
