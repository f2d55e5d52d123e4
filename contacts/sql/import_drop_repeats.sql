-- Purpose: of several rows for one person only the first is merged.
-- Parameters: none.
-- Columns: none; the number of rows that went is the import's count of duplicates.
-- Index: primary key of import_repeat.
DELETE FROM import_stage
WHERE EXISTS (
    SELECT 1
    FROM import_repeat
    WHERE import_repeat.email_key = import_stage.email_key
      AND import_repeat.first_position < import_stage.position
)
