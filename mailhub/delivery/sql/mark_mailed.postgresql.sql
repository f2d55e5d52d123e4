-- Purpose: remember when addresses last got marketing mail, for the frequency cap; a delivery ends soft bounces.
-- Parameters: address_hashes (array, sorted), now, delivered (whether all were).
-- Columns: none.
-- Index: the primary key of delivery_addressrecord.
INSERT INTO delivery_addressrecord AS known (address_hash, last_marketing_at, soft_bounce_count)
SELECT h.address_hash, %(now)s, 0 FROM unnest(%(address_hashes)s::text[]) AS h (address_hash)
ON CONFLICT (address_hash) DO UPDATE SET
    last_marketing_at = excluded.last_marketing_at,
    soft_bounce_count = CASE WHEN %(delivered)s THEN 0 ELSE known.soft_bounce_count END,
    soft_bounce_since = CASE WHEN %(delivered)s THEN NULL ELSE known.soft_bounce_since END
