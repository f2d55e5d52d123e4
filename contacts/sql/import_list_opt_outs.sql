-- Purpose: who in the batch must not be mailed, as the file says.
-- Parameters: after, upto = range of positions.
-- Columns: address_hash; has_left = left the list; standing, more than 2 = suppressed altogether.
-- Index: primary key of import_stage.
SELECT address_hash, has_left, standing
FROM import_stage
WHERE position > %(after)s AND position <= %(upto)s AND standing >= 2
