-- Purpose: one consent record for every subscription that the batch moved, and for no other.
-- Parameters: list_id, list_name; source, basis, basis_expires_at, wording, actor = the consent; import_id; now.
-- Columns: those of contacts_consentrecord; occurred_at is the moment that the file states, if it states one.
-- Index: subscription_once_per_list.
INSERT INTO contacts_consentrecord (
    contact_id, address_hash, list_id, list_name, action, basis, basis_expires_at, method, source, wording, form_version, ip,
    user_agent, actor, import_id, occurred_at, recorded_at
)
SELECT
    batch.contact_id, batch.address_hash, %(list_id)s, %(list_name)s, batch.action,
    CASE batch.action WHEN 'granted' THEN %(basis)s ELSE '' END,
    CASE batch.action WHEN 'granted' THEN %(basis_expires_at)s END,
    'import', batch.why || %(source)s, CASE batch.action WHEN 'granted' THEN %(wording)s ELSE '' END, '',
    batch.ip, '', %(actor)s, %(import_id)s, COALESCE(batch.acted_at, %(now)s), %(now)s
FROM import_batch AS batch
JOIN contacts_subscription AS subscription
    ON subscription.contact_id = batch.contact_id
    AND subscription.list_id = %(list_id)s
    AND subscription.changed_at = %(now)s
WHERE batch.action <> ''
