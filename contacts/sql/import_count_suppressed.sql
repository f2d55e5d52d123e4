-- Purpose: how many people of the file can't be mailed, for more than having left a list.
-- Parameters: list_key, brand_key = scopes of suppression.
-- Columns: suppressed. Standing 3 and more is what the file itself suppresses, also in a dry run.
-- Index: suppression_once_per_scope_and_reason.
SELECT COUNT(*) AS suppressed
FROM import_stage AS stage
WHERE stage.standing >= 3
   OR EXISTS (
    SELECT 1
    FROM delivery_suppression AS suppression
    WHERE suppression.address_hash = stage.address_hash
      AND suppression.scope_key IN ('', %(brand_key)s, %(list_key)s)
      AND NOT (suppression.reason = 'unsubscribed' AND suppression.scope_key = %(list_key)s)
   )
