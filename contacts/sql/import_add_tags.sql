-- Purpose: the tags that the batch brings and nobody bore before.
-- Parameters: after, upto = range of positions; now.
-- Columns: name as first written, key, created_at of contacts_tag.
-- Index: contacts_tag unique (key) takes the conflicts.
INSERT INTO contacts_tag (name, key, created_at)
SELECT MIN(stage_tag.name), stage_tag.key, %(now)s
FROM import_stage_tag AS stage_tag
JOIN import_batch AS batch ON batch.position = stage_tag.position
WHERE stage_tag.position > %(after)s AND stage_tag.position <= %(upto)s
GROUP BY stage_tag.key
ORDER BY stage_tag.key
ON CONFLICT (key) DO NOTHING
