-- Purpose: the next rows of a claimed chunk, with the suppression that stops each by now.
-- Parameters: dispatch_id, after_id, last_id, size, brand_scope, stream_scope, obeyed.
-- Columns: id, recipient_key, address, address_hash, contact_id, list_key, locale, attempts, not_before, stopped.
-- Index: message_in_dispatch (the key on PostgreSQL), suppression_once_per_scope_and_reason.
SELECT m.id, m.recipient_key, m.address, m.address_hash, m.contact_id, m.list_key, m.locale, m.attempts,
    m.not_before,
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
FROM delivery_message m
WHERE m.dispatch_id = %(dispatch_id)s AND m.id > %(after_id)s AND m.id <= %(last_id)s AND m.state = 'queued'
ORDER BY m.id
LIMIT %(size)s
