-- Purpose: the oldest captured letter that stays: within the newest ones, as many and as many bytes as allowed.
-- Parameters: most_letters, most_bytes.
-- Columns: id (NULL when there is no letter).
-- Index: the primary key of delivery_capturedletter, from its end; the bytes themselves are not read.
SELECT min(newest.id) AS id
FROM (
    SELECT id, sum(size_bytes) OVER (ORDER BY id DESC) AS bytes
    FROM delivery_capturedletter
    ORDER BY id DESC
    LIMIT %(most_letters)s
) newest
WHERE newest.bytes <= %(most_bytes)s
