-- Purpose: what the batch did to each contact, so that it can be undone.
-- Parameters: import_id.
-- Columns: those of contacts_importchange; people whom the batch left as they were have no row.
-- Index: import_change_once_per_contact.
INSERT INTO contacts_importchange (run_id, contact_id, address_hash, kind, before, subscription_before)
SELECT
    %(import_id)s, batch.contact_id, stage.address_hash,
    CASE WHEN batch.is_new THEN 'created' ELSE 'updated' END,
    batch.before, batch.subscription_before
FROM import_batch AS batch
JOIN import_stage AS stage ON stage.position = batch.position
WHERE batch.is_new OR batch.data_changed OR batch.action <> ''
