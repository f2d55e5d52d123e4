-- Purpose: the people of a batch of letters: what letters say of them, and whether they may be mailed now.
-- Parameters: pairs (JSON: an array of [contact_id, list_id]; list 0 is none).
-- Columns: contact_id, list_id, address_hash, the values of letters, custom, tracking, state, basis_expires_at,
--   frequency, paused_until, last_marketing_at. Index: the primary keys, subscription_once_per_list.
SELECT c.id AS contact_id, json_extract(r.value, '$[1]') AS list_id, c.address_hash, c.email, c.first_name,
    c.last_name, c.phone, c.locale, c.time_zone, c.country, c.city, c.source, c.custom, c.tracking, s.state,
    s.basis_expires_at, w.frequency, w.paused_until, a.last_marketing_at
FROM json_each(%(pairs)s) r
JOIN contacts_contact c ON c.id = json_extract(r.value, '$[0]')
LEFT JOIN contacts_subscription s ON s.contact_id = c.id AND s.list_id = json_extract(r.value, '$[1]')
LEFT JOIN contacts_mailingwish w ON w.contact_id = c.id
LEFT JOIN delivery_addressrecord a ON a.address_hash = c.address_hash
