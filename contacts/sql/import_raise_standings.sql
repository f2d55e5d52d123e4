-- Purpose: of several rows for one person the strictest status holds.
-- Parameters: none.
-- Columns: standing as in contacts.importing.statuses.Standing: the higher, the stricter.
-- Index: primary key of import_repeat.
UPDATE import_stage
SET standing = import_repeat.standing
FROM import_repeat
WHERE import_stage.email_key = import_repeat.email_key
  AND import_stage.standing < import_repeat.standing
