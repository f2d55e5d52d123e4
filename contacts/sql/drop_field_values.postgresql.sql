-- Purpose: the contacts have no value in a custom field any more.
-- Parameters: path = JSON path of the field as an array of its one key; ids = array of their numbers.
-- Columns: custom of contacts_contact.
-- Index: the primary key of contacts.
UPDATE contacts_contact SET custom = custom #- %(path)s WHERE id = ANY(%(ids)s)
