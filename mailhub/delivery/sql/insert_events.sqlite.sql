-- Purpose: write events that are not there yet, and say which; the same fact told twice is one row.
-- Parameters: events, a JSON array of objects with the columns below; recorded_at.
-- Columns: id, dedupe_key of the rows that are new.
-- Index: event_once, which refuses the rest.
INSERT INTO delivery_event (
    dispatch_id, message_id, contact_id, address_hash, type, occurred_at, recorded_at, grade, rule, link_number, ip,
    user_agent, detail, dedupe_key
)
SELECT
    json_extract(e.value, '$.dispatch_id'), json_extract(e.value, '$.message_id'), json_extract(e.value, '$.contact_id'),
    json_extract(e.value, '$.address_hash'), json_extract(e.value, '$.type'), json_extract(e.value, '$.occurred_at'),
    %(recorded_at)s, json_extract(e.value, '$.grade'), json_extract(e.value, '$.rule'),
    json_extract(e.value, '$.link_number'), json_extract(e.value, '$.ip'), json_extract(e.value, '$.user_agent'),
    json_extract(e.value, '$.detail'), json_extract(e.value, '$.dedupe_key')
FROM json_each(%(events)s) AS e
WHERE TRUE
ON CONFLICT (dedupe_key) DO NOTHING
RETURNING id, dedupe_key
