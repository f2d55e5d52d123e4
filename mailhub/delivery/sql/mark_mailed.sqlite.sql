-- Purpose: remember when an address last got marketing mail, for the frequency cap.
-- Parameters: address_hash, now.
-- Columns: none.
-- Index: the primary key of delivery_addressrecord.
INSERT INTO delivery_addressrecord (address_hash, last_marketing_at, soft_bounce_count)
VALUES (%(address_hash)s, %(now)s, 0)
ON CONFLICT (address_hash) DO UPDATE SET last_marketing_at = excluded.last_marketing_at
