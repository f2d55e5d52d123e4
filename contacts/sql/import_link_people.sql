-- Purpose: the batch knows the numbers of its new people, also of those whom somebody else added meanwhile.
-- Parameters: after, upto = range of positions.
-- Columns: contact_id of import_batch.
-- Index: contact_once_per_address.
UPDATE import_batch
SET contact_id = contact.id
FROM import_stage AS stage
JOIN contacts_contact AS contact ON contact.email_key = stage.email_key
WHERE stage.position = import_batch.position AND import_batch.is_new
  AND stage.position > %(after)s AND stage.position <= %(upto)s
