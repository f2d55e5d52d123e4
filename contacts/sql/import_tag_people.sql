-- Purpose: the people of the batch bear the tags of their rows; tags are only added.
-- Parameters: after, upto = range of positions; now.
-- Columns: contact_id, tag_id, created_at of contacts_contacttag.
-- Index: contacts_tag unique (key); tag_once_per_contact takes the conflicts.
INSERT INTO contacts_contacttag (contact_id, tag_id, created_at)
SELECT batch.contact_id, tag.id, %(now)s
FROM import_stage_tag AS stage_tag
JOIN import_batch AS batch ON batch.position = stage_tag.position
JOIN contacts_tag AS tag ON tag.key = stage_tag.key
WHERE stage_tag.position > %(after)s AND stage_tag.position <= %(upto)s
ON CONFLICT (contact_id, tag_id) DO NOTHING
