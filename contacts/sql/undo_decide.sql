-- Purpose: decide for each change of an import what its undo does to the contact and to the subscription.
-- Parameters: run_id, list_id = of the import; started_at = when it began; after, upto = range of contact numbers.
-- Columns: deed = delete, restore, same, or why the contact stays (gone, edited, mailed, subscribed); act = undone, restored.
-- Index: import_change_once_per_contact; contacts_contact's key; consent_record's contact; event_address.
SELECT
    change.contact_id,
    change.address_hash,
    change.kind,
    change.before,
    change.subscription_before,
    change.contact_updated_at,
    change.changed_at,
    CASE
        WHEN contact.id IS NULL THEN 'gone'
        WHEN change.kind = 'updated' AND change.before = '{}' THEN 'same'
        WHEN change.changed_at IS NULL OR contact.updated_at <> change.changed_at THEN 'edited'
        WHEN change.kind = 'updated' THEN 'restore'
        WHEN EXISTS (
            SELECT 1
            FROM delivery_addressrecord AS known
            WHERE known.address_hash = change.address_hash AND known.last_marketing_at >= change.changed_at
        ) OR EXISTS (
            SELECT 1
            FROM delivery_event AS event
            WHERE event.address_hash = change.address_hash AND event.occurred_at >= change.changed_at
        ) THEN 'mailed'
        WHEN EXISTS (
            SELECT 1
            FROM contacts_subscription AS subscription
            WHERE subscription.contact_id = change.contact_id AND subscription.list_id <> %(list_id)s
        ) OR EXISTS (
            SELECT 1
            FROM contacts_consentrecord AS record
            WHERE record.contact_id = change.contact_id
              AND (record.import_id IS NULL OR record.import_id <> %(run_id)s)
        ) THEN 'subscribed'
        WHEN EXISTS (
            SELECT 1
            FROM contacts_contacttag AS mark
            WHERE mark.contact_id = change.contact_id AND mark.created_at <> change.changed_at
        ) THEN 'edited'
        ELSE 'delete'
    END AS deed,
    CASE
        WHEN contact.id IS NULL THEN ''
        WHEN EXISTS (
            SELECT 1
            FROM delivery_event AS event
            WHERE event.address_hash = change.address_hash
              AND event.occurred_at >= %(started_at)s
              AND event.type IN ('bounced', 'complained', 'unsubscribed')
        ) THEN ''
        ELSE COALESCE((
            SELECT CASE
                WHEN record.import_id IS NULL OR record.import_id <> %(run_id)s THEN ''
                WHEN record.action = 'granted' THEN 'undone'
                WHEN record.action = 'withdrawn' THEN 'restored'
                ELSE ''
            END
            FROM contacts_consentrecord AS record
            WHERE record.contact_id = change.contact_id AND record.list_id = %(list_id)s
            ORDER BY record.id DESC
            LIMIT 1
        ), '')
    END AS act
FROM contacts_importchange AS change
LEFT JOIN contacts_contact AS contact ON contact.id = change.contact_id
WHERE change.run_id = %(run_id)s AND change.contact_id > %(after)s AND change.contact_id <= %(upto)s
