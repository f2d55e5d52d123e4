-- Purpose: write an audience into the ledger in one statement; who is suppressed now is written as skipped.
-- Parameters: dispatch_id, version_id, brand_scope, stream_scope, obeyed (",a,b,"), now; and the audience's own.
-- Columns: wanted (people of the audience), written, skipped (of the written). In place of the braces stands the
--   SELECT of an AudienceQuery. Sorted by bytes: keys are hashes, which no language has an order for.
-- Index: message_once_per_dispatch takes the conflicts; suppression_once_per_scope_and_reason the look-ups.
WITH wanted AS MATERIALIZED (
    SELECT a.recipient_key, a.address, a.address_hash, a.contact_id, a.list_key, a.locale, a.not_before,
        -- Asked of those alone who have any suppression: one hash of them all is quicker than a million look-ups.
        CASE WHEN known.address_hash IS NOT NULL THEN (
            SELECT min(s.reason) FROM delivery_suppression s
            WHERE s.address_hash = a.address_hash
                AND (
                    s.scope_key = %(stream_scope)s
                    OR (
                        s.scope_key IN ('', %(brand_scope)s, a.list_key)
                        AND %(obeyed)s LIKE '%%,' || s.reason || ',%%'
                    )
                )
        ) END AS stopped
    FROM ({audience}) a
    LEFT JOIN (SELECT DISTINCT address_hash FROM delivery_suppression) known ON known.address_hash = a.address_hash
),
written AS (
    INSERT INTO delivery_message (
        dispatch_id, recipient_key, address, address_hash, contact_id, list_key, locale, variant,
        content_version_id, not_before, state, reason, reply, attempts, settled_at
    )
    SELECT %(dispatch_id)s, w.recipient_key, w.address, w.address_hash, w.contact_id, w.list_key, w.locale, '',
        %(version_id)s, w.not_before,
        CASE WHEN w.stopped IS NULL THEN 'queued' ELSE 'skipped' END,
        CASE WHEN w.stopped IS NULL THEN '' WHEN w.stopped = 'unsubscribed' THEN 'unsubscribed' ELSE 'suppressed' END,
        coalesce(w.stopped, ''), 0,
        CASE WHEN w.stopped IS NULL THEN NULL ELSE %(now)s END
    FROM wanted w
    ORDER BY w.recipient_key COLLATE "C"
    ON CONFLICT (dispatch_id, recipient_key) DO NOTHING
    RETURNING state
)
SELECT (SELECT count(*) FROM wanted) AS wanted, count(*) AS written,
    count(*) FILTER (WHERE state = 'skipped') AS skipped
FROM written
