-- Purpose: some people of the batch of one kind, as they are in the file and as they were before.
-- Parameters: kind = new, changed or unchanged; count = how many at most.
-- Columns: of the stage, before and subscription_before, action; custom, cleared and before are JSON.
-- Index: primary key of import_stage; it stops as soon as there are enough.
SELECT
    stage.position, stage.email, stage.standing, stage.first_name, stage.last_name, stage.phone, stage.locale,
    stage.time_zone, stage.country, stage.city, stage.source, stage.custom,
    batch.contact_id, batch.before, batch.subscription_before, batch.action
FROM import_batch AS batch
JOIN import_stage AS stage ON stage.position = batch.position
WHERE %(kind)s = CASE
    WHEN batch.is_new THEN 'new'
    WHEN batch.data_changed OR batch.action <> '' THEN 'changed'
    ELSE 'unchanged'
END
ORDER BY batch.position
LIMIT %(count)s
