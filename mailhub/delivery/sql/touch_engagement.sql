-- Purpose: bring an address's last human open and click forward, never back; soft bounces before them are over.
-- Parameters: address_hash, opened_at, clicked_at (either may be NULL).
-- Columns: none.
-- Index: the primary key of delivery_addressrecord.
INSERT INTO delivery_addressrecord AS known (address_hash, last_opened_at, last_clicked_at, soft_bounce_count)
VALUES (%(address_hash)s, %(opened_at)s, %(clicked_at)s, 0)
ON CONFLICT (address_hash) DO UPDATE SET
    last_opened_at = CASE
        WHEN known.last_opened_at IS NULL OR excluded.last_opened_at > known.last_opened_at
        THEN coalesce(excluded.last_opened_at, known.last_opened_at) ELSE known.last_opened_at END,
    last_clicked_at = CASE
        WHEN known.last_clicked_at IS NULL OR excluded.last_clicked_at > known.last_clicked_at
        THEN coalesce(excluded.last_clicked_at, known.last_clicked_at) ELSE known.last_clicked_at END,
    soft_bounce_count = CASE
        WHEN known.soft_bounce_since <= coalesce(excluded.last_clicked_at, excluded.last_opened_at)
        THEN 0 ELSE known.soft_bounce_count END,
    soft_bounce_since = CASE
        WHEN known.soft_bounce_since <= coalesce(excluded.last_clicked_at, excluded.last_opened_at)
        THEN NULL ELSE known.soft_bounce_since END
