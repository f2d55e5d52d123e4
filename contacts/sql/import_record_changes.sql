-- Purpose: what the batch did to each contact, so that it can be undone.
-- Parameters: import_id; now.
-- Columns: those of contacts_importchange; people whom the batch left as they were have no row.
-- Index: import_change_once_per_contact.
INSERT INTO contacts_importchange (
    run_id, contact_id, address_hash, kind, before, subscription_before, changed_at,
    contact_updated_at
)
SELECT
    %(import_id)s, contact_id, address_hash, CASE WHEN is_new THEN 'created' ELSE 'updated' END,
    before, subscription_before, %(now)s, contact_updated_at
FROM import_batch
WHERE is_new OR data_changed OR action <> ''
