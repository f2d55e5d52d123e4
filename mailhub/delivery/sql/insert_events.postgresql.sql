-- Purpose: write events that are not there yet, and say which; the same fact told twice is one row.
-- Parameters: events, a JSON array of objects with the columns below; recorded_at.
-- Columns: id, dedupe_key of the rows that are new.
-- Index: event_once, which refuses the rest.
INSERT INTO delivery_event (
    dispatch_id, message_id, contact_id, address_hash, type, occurred_at, recorded_at, grade, rule, link_number, ip,
    user_agent, detail, dedupe_key
)
SELECT
    e.dispatch_id, e.message_id, e.contact_id, e.address_hash, e.type, e.occurred_at, %(recorded_at)s, e.grade, e.rule,
    e.link_number, e.ip, e.user_agent, e.detail, e.dedupe_key
FROM json_to_recordset(%(events)s::json) AS e (
    dispatch_id bigint, message_id bigint, contact_id bigint, address_hash text, type text, occurred_at timestamptz,
    grade text, rule text, link_number integer, ip inet, user_agent text, detail jsonb, dedupe_key text
)
ON CONFLICT (dedupe_key) DO NOTHING
RETURNING id, dedupe_key
