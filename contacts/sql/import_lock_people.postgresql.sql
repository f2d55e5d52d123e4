-- Purpose: the batch's contacts stand still, in one order for everybody, so that imports never wait in a ring.
-- Parameters: after, upto = range of positions.
-- Columns: id of the contact. PostgreSQL only: SQLite has one writer at a time.
-- Index: contacts_contact unique (email_key).
SELECT contact.id
FROM contacts_contact AS contact
JOIN import_stage AS stage ON stage.email_key = contact.email_key
WHERE stage.position > %(after)s AND stage.position <= %(upto)s
ORDER BY contact.id
FOR NO KEY UPDATE OF contact
