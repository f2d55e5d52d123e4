-- Purpose: the contacts have no value in a custom field any more.
-- Parameters: path = JSON path of the field; ids = JSON array of their numbers, as text.
-- Columns: custom of contacts_contact.
-- Index: the primary key of contacts.
UPDATE contacts_contact
SET custom = JSON_REMOVE(custom, %(path)s)
WHERE id IN (SELECT value FROM json_each(%(ids)s))
