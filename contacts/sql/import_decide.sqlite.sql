-- Purpose: decide what each row of the batch changes: nothing is written here but the decisions.
-- Parameters: after, upto = positions; list_id; list_key, brand_key = scopes; basis_expires_at = end of consent.
-- Columns: see import_make_batch. Anyone unsubscribed or suppressed here is not subscribed again.
-- Index: contact_once_per_address; subscription_once_per_list; suppression_once_per_scope_and_reason.
INSERT INTO import_batch (
    position, contact_id, address_hash, acted_at, ip, is_new, data_changed, before, subscription_before, action, why,
    contact_updated_at
)
SELECT
    decided.position,
    decided.contact_id,
    decided.address_hash,
    decided.acted_at,
    decided.ip,
    decided.contact_id IS NULL,
    decided.custom_before IS NOT NULL OR decided.tags_added IS NOT NULL OR decided.fields_before <> '{}',
    json_patch(
        CASE
            WHEN decided.custom_before IS NULL THEN decided.fields_before
            ELSE json_set(decided.fields_before, '$.custom', json(decided.custom_before))
        END,
        CASE
            WHEN decided.tags_added IS NULL THEN '{}'
            ELSE json_object('tags_added', json(decided.tags_added))
        END
    ),
    decided.subscription_before,
    decided.action,
    decided.why,
    decided.contact_updated_at
FROM (
    SELECT
        stage.position AS position,
        contact.id AS contact_id,
        contact.updated_at AS contact_updated_at,
        stage.address_hash AS address_hash,
        stage.acted_at AS acted_at,
        stage.ip AS ip,
        COALESCE(subscription.state, '') AS subscription_before,
        -- A patch leaves the NULLs away: what does not change.
        json_patch('{}', json_object(
            'first_name', CASE WHEN stage.first_name <> contact.first_name THEN contact.first_name END,
            'last_name', CASE WHEN stage.last_name <> contact.last_name THEN contact.last_name END,
            'phone', CASE WHEN stage.phone <> contact.phone THEN contact.phone END,
            'locale', CASE WHEN stage.locale <> contact.locale THEN contact.locale END,
            'time_zone', CASE WHEN stage.time_zone <> contact.time_zone THEN contact.time_zone END,
            'country', CASE WHEN stage.country <> contact.country THEN contact.country END,
            'city', CASE WHEN stage.city <> contact.city THEN contact.city END,
            'source', CASE WHEN stage.source <> contact.source THEN contact.source END
        )) AS fields_before,
        (
            SELECT json_group_object(touched.key, json(contact.custom -> touched.path))
            FROM (
                SELECT key, fullkey AS path, value, type FROM json_each(stage.custom)
                UNION ALL
                SELECT value, '$."' || value || '"', NULL, NULL FROM json_each(stage.cleared)
            ) AS touched
            WHERE contact.id IS NOT NULL
              AND (
                touched.type IS NOT json_type(contact.custom, touched.path)
                OR touched.value IS NOT json_extract(contact.custom, touched.path)
              )
            HAVING COUNT(*) > 0
        ) AS custom_before,
        (
            SELECT json_group_array(tag.name)
            FROM import_stage_tag AS tag
            WHERE tag.position = stage.position
              AND contact.id IS NOT NULL
              AND NOT EXISTS (
                SELECT 1
                FROM contacts_contacttag AS worn
                JOIN contacts_tag AS there ON there.id = worn.tag_id
                WHERE worn.contact_id = contact.id AND there.key = tag.key
              )
            HAVING COUNT(*) > 0
        ) AS tags_added,
        CASE
        WHEN stage.has_left = 1 AND COALESCE(subscription.state, '') <> 'unsubscribed' THEN 'withdrawn'
        WHEN stage.standing > 2 AND subscription.state IN ('subscribed', 'pending') THEN 'withdrawn'
        WHEN stage.standing = 0
            AND (
                subscription.id IS NULL
                OR subscription.state = 'pending'
                OR (
                    subscription.state = 'subscribed'
                    AND subscription.basis_expires_at < COALESCE(%(basis_expires_at)s, '9999-12-31')
                )
            )
            AND NOT EXISTS (
                SELECT 1
                FROM delivery_suppression AS suppression
                WHERE suppression.address_hash = stage.address_hash
                  AND suppression.scope_key IN ('', %(brand_key)s, %(list_key)s)
            )
            THEN 'granted'
        ELSE ''
    END AS action,
        CASE
            WHEN stage.has_left = 1 THEN ''
            WHEN stage.standing = 3 THEN 'blocked in file: '
            WHEN stage.standing = 4 THEN 'invalid address in file: '
            WHEN stage.standing = 5 THEN 'hard bounce in file: '
            WHEN stage.standing = 6 THEN 'complaint in file: '
            ELSE ''
        END AS why
    FROM import_stage AS stage
    LEFT JOIN contacts_contact AS contact ON contact.email_key = stage.email_key
    LEFT JOIN contacts_subscription AS subscription
        ON subscription.contact_id = contact.id AND subscription.list_id = %(list_id)s
    WHERE stage.position > %(after)s AND stage.position <= %(upto)s
) AS decided
