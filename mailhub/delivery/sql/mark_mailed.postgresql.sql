-- Purpose: remember when addresses last got marketing mail, for the frequency cap.
-- Parameters: address_hashes (array, sorted), now.
-- Columns: none.
-- Index: the primary key of delivery_addressrecord.
INSERT INTO delivery_addressrecord (address_hash, last_marketing_at, soft_bounce_count)
SELECT h.address_hash, %(now)s, 0 FROM unnest(%(address_hashes)s::text[]) AS h (address_hash)
ON CONFLICT (address_hash) DO UPDATE SET last_marketing_at = excluded.last_marketing_at
