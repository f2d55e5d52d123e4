-- Purpose: the contacts that the batch changes take the file's values, on top of what they hold at this moment.
-- Parameters: after, upto = range of positions; now.
-- Columns: those of contacts_contact; NULL in the stage leaves a field, a cleared custom field goes.
-- Index: primary keys of contacts_contact and import_stage.
UPDATE contacts_contact
SET
    first_name = COALESCE(stage.first_name, contacts_contact.first_name),
    last_name = COALESCE(stage.last_name, contacts_contact.last_name),
    phone = COALESCE(stage.phone, contacts_contact.phone),
    locale = COALESCE(stage.locale, contacts_contact.locale),
    time_zone = COALESCE(stage.time_zone, contacts_contact.time_zone),
    country = COALESCE(stage.country, contacts_contact.country),
    city = COALESCE(stage.city, contacts_contact.city),
    source = COALESCE(stage.source, contacts_contact.source),
    custom = (
        SELECT json_group_object(kept.key, json(kept.value))
        FROM (
            SELECT there.key AS key, contacts_contact.custom -> there.fullkey AS value
            FROM json_each(contacts_contact.custom) AS there
            WHERE NOT EXISTS (SELECT 1 FROM json_each(stage.custom) AS new WHERE new.key = there.key)
              AND NOT EXISTS (SELECT 1 FROM json_each(stage.cleared) AS gone WHERE gone.value = there.key)
            UNION ALL
            SELECT new.key, stage.custom -> new.fullkey
            FROM json_each(stage.custom) AS new
        ) AS kept
    ),
    updated_at = %(now)s
FROM import_batch AS batch
JOIN import_stage AS stage ON stage.position = batch.position
WHERE contacts_contact.id = batch.contact_id AND batch.data_changed
  AND stage.position > %(after)s AND stage.position <= %(upto)s
