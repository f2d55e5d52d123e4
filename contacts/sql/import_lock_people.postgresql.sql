-- Purpose: the batch's contacts stand still, in one order for everybody, so that imports never wait in a ring.
-- Parameters: after, upto = range of positions.
-- Columns: id of the contact. PostgreSQL only: SQLite has one writer at a time.
-- Index: contact_once_per_address; OFFSET 0 is a fence: one probe a row, and never a pass over everybody.
SELECT contact.id
FROM contacts_contact AS contact
WHERE contact.id = ANY (ARRAY(
    SELECT known.id
    FROM import_stage AS stage
    CROSS JOIN LATERAL (
        SELECT id FROM contacts_contact WHERE email_key = stage.email_key OFFSET 0
    ) AS known
    WHERE stage.position > %(after)s AND stage.position <= %(upto)s
))
ORDER BY contact.id
FOR NO KEY UPDATE OF contact
