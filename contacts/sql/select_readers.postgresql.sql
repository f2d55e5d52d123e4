-- Purpose: the people of a batch of letters: what letters say of them, and whether they may be mailed now.
-- Parameters: contact_ids, list_ids (arrays of one length; list 0 is none).
-- Columns: contact_id, list_id, address_hash, the values of letters, custom, tracking, state, basis_expires_at,
--   frequency, paused_until, last_marketing_at. Index: the primary keys, subscription_once_per_list.
-- LATERAL with a LIMIT is looked up row by row: a few hundred people never make it read a whole table, whatever
-- the statistics of the day say.
SELECT r.contact_id, r.list_id, c.address_hash, c.email, c.first_name, c.last_name, c.phone, c.locale,
    c.time_zone, c.country, c.city, c.source, c.custom, c.tracking, s.state, s.basis_expires_at,
    w.frequency, w.paused_until, a.last_marketing_at
FROM unnest(%(contact_ids)s::bigint[], %(list_ids)s::bigint[]) AS r (contact_id, list_id)
CROSS JOIN LATERAL (SELECT * FROM contacts_contact WHERE id = r.contact_id LIMIT 1) c
LEFT JOIN LATERAL (
    SELECT * FROM contacts_subscription WHERE contact_id = r.contact_id AND list_id = r.list_id LIMIT 1
) s ON true
LEFT JOIN LATERAL (SELECT * FROM contacts_mailingwish WHERE contact_id = r.contact_id LIMIT 1) w ON true
LEFT JOIN LATERAL (
    SELECT * FROM delivery_addressrecord WHERE address_hash = c.address_hash LIMIT 1
) a ON true
