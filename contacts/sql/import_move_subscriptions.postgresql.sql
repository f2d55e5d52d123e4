-- Purpose: the acts of consent of the batch take effect, each with its record; who left meanwhile stays away.
-- Parameters: list_id, list_name; source, basis, basis_expires_at, wording, actor = the consent; import_id; now.
-- Columns: those of contacts_consentrecord; occurred_at is the moment that the file states, if it states one.
-- Index: subscription_once_per_list takes the conflicts.
WITH moved AS (
    INSERT INTO contacts_subscription (contact_id, list_id, state, basis_expires_at, changed_at)
    SELECT
        contact_id,
        %(list_id)s,
        CASE action WHEN 'granted' THEN 'subscribed' ELSE 'unsubscribed' END,
        CASE action WHEN 'granted' THEN CAST(%(basis_expires_at)s AS timestamptz) END,
        %(now)s
    FROM import_batch
    WHERE action <> ''
    ORDER BY contact_id
    ON CONFLICT (contact_id, list_id) DO UPDATE
    SET state = excluded.state, basis_expires_at = excluded.basis_expires_at, changed_at = excluded.changed_at
    WHERE contacts_subscription.state <> 'unsubscribed'
    RETURNING contact_id
)
INSERT INTO contacts_consentrecord (
    contact_id, address_hash, list_id, list_name, action, basis, basis_expires_at, method, source, wording, form_version, ip,
    user_agent, actor, import_id, occurred_at, recorded_at
)
SELECT
    batch.contact_id, batch.address_hash, %(list_id)s, %(list_name)s, batch.action,
    CASE batch.action WHEN 'granted' THEN %(basis)s ELSE '' END,
    CASE batch.action WHEN 'granted' THEN CAST(%(basis_expires_at)s AS timestamptz) END,
    'import', batch.why || %(source)s, CASE batch.action WHEN 'granted' THEN %(wording)s ELSE '' END, '',
    batch.ip, '', %(actor)s, %(import_id)s, COALESCE(batch.acted_at, %(now)s), %(now)s
FROM moved
JOIN import_batch AS batch ON batch.contact_id = moved.contact_id
