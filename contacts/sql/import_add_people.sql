-- Purpose: the people of the batch who are new become contacts; somebody who came meanwhile stays as he is.
-- Parameters: after, upto = range of positions; origin = where they come from when the file does not say; now.
-- Columns: those of contacts_contact; no id in the batch = the database gives one; what the file lacks is empty.
-- Index: contact_once_per_address and contact_once_per_address_hash take the conflicts.
INSERT INTO contacts_contact (
    id, email, email_key, address, address_hash, first_name, last_name, phone, locale, time_zone, country,
    city, source, custom, tracking, created_at, updated_at
)
SELECT
    batch.contact_id, stage.email, stage.email_key, stage.address, stage.address_hash,
    COALESCE(stage.first_name, ''), COALESCE(stage.last_name, ''), COALESCE(stage.phone, ''), COALESCE(stage.locale, ''),
    COALESCE(stage.time_zone, ''), COALESCE(stage.country, ''), COALESCE(stage.city, ''),
    COALESCE(stage.source, %(origin)s), stage.custom, '', %(now)s, %(now)s
FROM import_batch AS batch
JOIN import_stage AS stage ON stage.position = batch.position
WHERE batch.is_new AND stage.position > %(after)s AND stage.position <= %(upto)s
ORDER BY stage.email_key
ON CONFLICT DO NOTHING
