-- Purpose: remember the addresses that the file names more than once, over the whole file.
-- Parameters: none.
-- Columns: see import_make_repeats.
-- Index: none; one pass over the staging table.
INSERT INTO import_repeat (email_key, first_position, standing)
SELECT email_key, MIN(position), MAX(standing)
FROM import_stage
GROUP BY email_key
HAVING COUNT(*) > 1
