-- Purpose: remember the addresses that the file names more than once, over the whole file.
-- Parameters: none.
-- Columns: see import_make_repeats; acted_at is when the person left, else when the address failed.
-- Index: none; one pass over the staging table.
INSERT INTO import_repeat (email_key, first_position, standing, has_left, acted_at)
SELECT
    email_key, MIN(position), MAX(standing), MAX(has_left),
    COALESCE(
        MAX(CASE WHEN has_left = 1 THEN acted_at END),
        CASE WHEN MAX(has_left) = 0 THEN MAX(CASE WHEN standing > 2 THEN acted_at END) END
    )
FROM import_stage
GROUP BY email_key
HAVING COUNT(*) > 1
