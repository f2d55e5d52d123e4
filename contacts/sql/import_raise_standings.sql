-- Purpose: of several rows for one person the strictest status holds, with its moment and not that of a consent.
-- Parameters: none.
-- Columns: standing as in contacts.importing.statuses.Standing: the higher, the stricter.
-- Index: primary key of import_repeat.
UPDATE import_stage
SET
    standing = import_repeat.standing,
    has_left = import_repeat.has_left,
    acted_at = import_repeat.acted_at,
    ip = NULL
FROM import_repeat
WHERE import_stage.email_key = import_repeat.email_key
  AND import_repeat.standing > 0
