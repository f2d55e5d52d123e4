-- Purpose: write the results of a window; a row in doubt takes the real answer, a settled one stays.
-- Parameters: dispatch_id, first_id, last_id, and arrays of one length: ids (from first to last), states, reasons,
--   replies, tries, moments.
-- Columns: none.
-- Index: the key (dispatch_id, id), of which a window is one stretch: so the whole dispatch is never read for it.
UPDATE delivery_message m
SET state = r.state, reason = r.reason, reply = r.reply, attempts = m.attempts + r.tries,
    settled_at = r.moment
FROM unnest(
    %(ids)s::bigint[], %(states)s::text[], %(reasons)s::text[], %(replies)s::text[], %(tries)s::smallint[],
    %(moments)s::timestamptz[]
) AS r (id, state, reason, reply, tries, moment)
WHERE m.dispatch_id = %(dispatch_id)s AND m.id = r.id AND m.id BETWEEN %(first_id)s AND %(last_id)s
    AND m.state IN ('queued', 'claimed', 'deferred', 'uncertain')
