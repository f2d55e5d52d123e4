-- Purpose: some people of the file who can't be mailed, with the reason: what the file says, or what is known here.
-- Parameters: list_key, brand_key = scopes of suppression; count = how many at most.
-- Columns: position, email, standing, reason and since = of a suppression that is here; NULL = by the file.
-- Index: suppression_once_per_scope_and_reason.
SELECT stage.position, stage.email, stage.standing, suppression.reason, suppression.created_at AS since
FROM import_stage AS stage
LEFT JOIN delivery_suppression AS suppression
    ON suppression.address_hash = stage.address_hash
    AND suppression.scope_key IN ('', %(brand_key)s, %(list_key)s)
    AND NOT (suppression.reason = 'unsubscribed' AND suppression.scope_key = %(list_key)s)
WHERE stage.standing >= 3 OR suppression.id IS NOT NULL
ORDER BY stage.position
LIMIT %(count)s
