-- Purpose: how many people of the batch would be subscribed to the list, and how many taken off it.
-- Parameters: none.
-- Columns: granted, withdrawn.
-- Index: none; one pass over the batch.
SELECT
    COUNT(CASE WHEN action = 'granted' THEN 1 END) AS granted,
    COUNT(CASE WHEN action = 'withdrawn' THEN 1 END) AS withdrawn
FROM import_batch
