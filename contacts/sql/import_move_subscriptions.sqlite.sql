-- Purpose: the acts of consent of the batch take effect; who left the list meanwhile stays away.
-- Parameters: list_id; basis_expires_at = end of the consent; now.
-- Columns: contact_id, list_id, state, changed_at of contacts_subscription.
-- Index: subscription_once_per_list takes the conflicts.
INSERT INTO contacts_subscription (contact_id, list_id, state, basis_expires_at, changed_at)
SELECT
    batch.contact_id,
    %(list_id)s,
    CASE batch.action WHEN 'granted' THEN 'subscribed' ELSE 'unsubscribed' END,
    CASE batch.action WHEN 'granted' THEN %(basis_expires_at)s END,
    %(now)s
FROM import_batch AS batch
WHERE batch.action <> ''
ORDER BY batch.contact_id
ON CONFLICT (contact_id, list_id) DO UPDATE
SET state = excluded.state, basis_expires_at = excluded.basis_expires_at, changed_at = excluded.changed_at
WHERE contacts_subscription.state <> 'unsubscribed'
