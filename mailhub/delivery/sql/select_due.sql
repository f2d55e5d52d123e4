-- Purpose: the rows behind one sender's claim of due rows of a dispatch, with what suppresses each by now.
-- Parameters: dispatch_id, owner, lease_until (they name the claim), brand_scope, stream_scope, obeyed.
-- Columns: id, recipient_key, address, address_hash, contact_id, list_key, locale, attempts, not_before, resent, stopped.
-- Index: due_once_per_message, message_in_dispatch (the key on PostgreSQL).
SELECT m.id, m.recipient_key, m.address, m.address_hash, m.contact_id, m.list_key, m.locale, m.attempts,
    m.not_before, u.resent,
    (
        SELECT min(s.reason) FROM delivery_suppression s
        WHERE s.address_hash = m.address_hash
            AND (
                s.scope_key = %(stream_scope)s
                OR (
                    s.scope_key IN ('', %(brand_scope)s, m.list_key)
                    AND %(obeyed)s LIKE '%%,' || s.reason || ',%%'
                )
            )
    ) AS stopped
FROM delivery_due u
JOIN delivery_message m ON m.dispatch_id = u.dispatch_id AND m.id = u.message_id
WHERE u.dispatch_id = %(dispatch_id)s AND m.dispatch_id = %(dispatch_id)s
    AND u.owner = %(owner)s AND u.lease_until = %(lease_until)s
    AND m.state IN ('queued', 'claimed', 'deferred')
ORDER BY m.id
