-- Purpose: the acts of consent of the batch take effect, each with its record; who left meanwhile stays away.
-- Parameters: list_id, list_name; source = the stated source of consent; import_id; now.
-- Columns: those of contacts_consentrecord; occurred_at is the moment that the file states, if it states one.
-- Index: subscription_once_per_list takes the conflicts.
WITH moved AS (
    INSERT INTO contacts_subscription (contact_id, list_id, state, changed_at)
    SELECT
        contact_id,
        %(list_id)s,
        CASE action WHEN 'granted' THEN 'subscribed' ELSE 'unsubscribed' END,
        %(now)s
    FROM import_batch
    WHERE action <> ''
    ORDER BY contact_id
    ON CONFLICT (contact_id, list_id) DO UPDATE
    SET state = excluded.state, basis_expires_at = NULL, changed_at = excluded.changed_at
    WHERE contacts_subscription.state <> 'unsubscribed'
    RETURNING contact_id
)
INSERT INTO contacts_consentrecord (
    contact_id, address_hash, list_id, list_name, action, basis, method, source, wording, form_version, ip,
    user_agent, actor, import_id, occurred_at, recorded_at
)
SELECT
    batch.contact_id, batch.address_hash, %(list_id)s, %(list_name)s, batch.action,
    CASE batch.action WHEN 'granted' THEN 'express' ELSE '' END,
    'import', batch.why || %(source)s, '', '', batch.ip, '', '', %(import_id)s, COALESCE(batch.acted_at, %(now)s), %(now)s
FROM moved
JOIN import_batch AS batch ON batch.contact_id = moved.contact_id
