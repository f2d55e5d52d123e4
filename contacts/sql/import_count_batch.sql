-- Purpose: how many people of the batch are new, changed, and left as they were.
-- Parameters: none.
-- Columns: created, updated, unchanged.
-- Index: none; one pass over the batch.
SELECT
    COUNT(CASE WHEN is_new THEN 1 END) AS created,
    COUNT(CASE WHEN NOT is_new AND (data_changed OR action <> '') THEN 1 END) AS updated,
    COUNT(CASE WHEN NOT is_new AND NOT data_changed AND action = '' THEN 1 END) AS unchanged
FROM import_batch
