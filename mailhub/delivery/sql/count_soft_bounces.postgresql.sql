-- Purpose: count letters given up because the mailbox is full; the first of a row says since when.
-- Parameters: arrays of one length: address_hashes (sorted, each once), counts; now.
-- Columns: address_hash, soft_bounce_count, soft_bounce_since, as they are afterwards.
-- Index: the primary key of delivery_addressrecord.
INSERT INTO delivery_addressrecord AS known (address_hash, soft_bounce_count, soft_bounce_since)
SELECT b.address_hash, b.letters, %(now)s
FROM unnest(%(address_hashes)s::text[], %(counts)s::int[]) AS b (address_hash, letters)
ON CONFLICT (address_hash) DO UPDATE SET
    soft_bounce_count = known.soft_bounce_count + excluded.soft_bounce_count,
    soft_bounce_since = CASE
        WHEN known.soft_bounce_count = 0 THEN excluded.soft_bounce_since
        ELSE coalesce(known.soft_bounce_since, excluded.soft_bounce_since) END
RETURNING address_hash, soft_bounce_count, soft_bounce_since
