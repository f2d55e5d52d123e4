-- Purpose: remember when an address last got marketing mail, for the frequency cap; a delivery ends soft bounces.
-- Parameters: address_hash, now, delivered.
-- Columns: none.
-- Index: the primary key of delivery_addressrecord.
INSERT INTO delivery_addressrecord AS known (address_hash, last_marketing_at, soft_bounce_count)
VALUES (%(address_hash)s, %(now)s, 0)
ON CONFLICT (address_hash) DO UPDATE SET
    last_marketing_at = excluded.last_marketing_at,
    soft_bounce_count = CASE WHEN %(delivered)s THEN 0 ELSE known.soft_bounce_count END,
    soft_bounce_since = CASE WHEN %(delivered)s THEN NULL ELSE known.soft_bounce_since END
