-- Purpose: the acts of consent of the batch take effect; who left the list meanwhile stays away.
-- Parameters: list_id; now.
-- Columns: contact_id, list_id, state, changed_at of contacts_subscription. Express consent does not end.
-- Index: subscription_once_per_list takes the conflicts.
INSERT INTO contacts_subscription (contact_id, list_id, state, changed_at)
SELECT
    batch.contact_id,
    %(list_id)s,
    CASE batch.action WHEN 'granted' THEN 'subscribed' ELSE 'unsubscribed' END,
    %(now)s
FROM import_batch AS batch
WHERE batch.action <> ''
ORDER BY batch.contact_id
ON CONFLICT (contact_id, list_id) DO UPDATE
SET state = excluded.state, basis_expires_at = NULL, changed_at = excluded.changed_at
WHERE contacts_subscription.state <> 'unsubscribed'
