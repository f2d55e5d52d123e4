-- Purpose: decide what each row of the batch changes: nothing is written here but the decisions.
-- Parameters: after, upto = positions; list_id; list_key, brand_key = scopes; basis_expires_at = end of consent.
-- Columns: see import_make_batch; who is new gets his number here. Anyone unsubscribed or suppressed stays so.
-- Index: contact_once_per_address; subscription_once_per_list; suppression_once_per_scope_and_reason.
INSERT INTO import_batch (
    position, contact_id, address_hash, acted_at, ip, is_new, data_changed, before, subscription_before, action, why,
    contact_updated_at
)
-- Materialized, so that what the contact was before is worked out once and not again for the test of it.
WITH decided AS MATERIALIZED (
    SELECT
        stage.position,
        contact.id AS contact_id,
        contact.updated_at AS contact_updated_at,
        stage.address_hash,
        stage.acted_at,
        stage.ip,
        CASE
            WHEN contact.id IS NULL THEN '{}'
            ELSE
                jsonb_strip_nulls(jsonb_build_object(
                    'first_name', CASE WHEN stage.first_name <> contact.first_name THEN contact.first_name END,
                    'last_name', CASE WHEN stage.last_name <> contact.last_name THEN contact.last_name END,
                    'phone', CASE WHEN stage.phone <> contact.phone THEN contact.phone END,
                    'locale', CASE WHEN stage.locale <> contact.locale THEN contact.locale END,
                    'time_zone', CASE WHEN stage.time_zone <> contact.time_zone THEN contact.time_zone END,
                    'country', CASE WHEN stage.country <> contact.country THEN contact.country END,
                    'city', CASE WHEN stage.city <> contact.city THEN contact.city END,
                    'source', CASE WHEN stage.source <> contact.source THEN contact.source END
                ))
                || CASE
                    WHEN (contact.custom || stage.custom) - stage.cleared = contact.custom THEN '{}'
                    ELSE (
                        SELECT jsonb_build_object('custom', jsonb_object_agg(key, contact.custom -> key))
                        FROM (
                            SELECT jsonb_object_keys(stage.custom) AS key
                            UNION
                            SELECT UNNEST(stage.cleared)
                        ) AS touched
                        WHERE (contact.custom -> key) IS DISTINCT FROM (stage.custom -> key)
                    )
                END
                || COALESCE((
                    SELECT jsonb_build_object('tags_added', jsonb_agg(tag.name ORDER BY tag.key))
                    FROM import_stage_tag AS tag
                    WHERE tag.position = stage.position
                      AND NOT EXISTS (
                        SELECT 1
                        FROM contacts_contacttag AS worn
                        JOIN contacts_tag AS there ON there.id = worn.tag_id
                        WHERE worn.contact_id = contact.id AND there.key = tag.key
                      )
                    HAVING COUNT(*) > 0
                ), '{}')
        END AS before,
        COALESCE(subscription.state, '') AS subscription_before,
        CASE
            WHEN stage.has_left = 1 AND COALESCE(subscription.state, '') <> 'unsubscribed' THEN 'withdrawn'
            WHEN stage.standing > 2 AND subscription.state IN ('subscribed', 'pending') THEN 'withdrawn'
            WHEN stage.standing = 0
                AND (
                    subscription.id IS NULL
                    OR subscription.state = 'pending'
                    OR (
                        subscription.state = 'subscribed'
                        AND subscription.basis_expires_at < COALESCE(
                            CAST(%(basis_expires_at)s AS timestamptz), 'infinity'
                        )
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
    LEFT JOIN LATERAL (
        SELECT known.*
        FROM contacts_contact AS known
        WHERE known.email_key = stage.email_key
        OFFSET 0 -- A fence: one probe of the index a row, where the planner would read everybody each time.
    ) AS contact ON TRUE
    LEFT JOIN contacts_subscription AS subscription
        ON subscription.contact_id = contact.id AND subscription.list_id = %(list_id)s
    WHERE stage.position > %(after)s AND stage.position <= %(upto)s
)
SELECT
    position, COALESCE(contact_id, NEXTVAL('contacts_contact_id_seq')), address_hash, acted_at, ip,
    contact_id IS NULL, before <> '{}', before, subscription_before, action, why,
    contact_updated_at
FROM decided
