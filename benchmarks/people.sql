-- Purpose: a shop of :people contacts with lists, tags, custom fields, suppressions and engagement, in no order.
-- Parameters: people = how many contacts; brand_id.
-- Columns: those of the tables; rare things are known: 40 live in Ulm, 100 bear the tag Rare, 50 have 77777 points.
-- Index: none is used; statements are separated by empty lines and run one by one.
INSERT INTO contacts_list (id, name, slug, description, public, opt_in, tracking, created_at, brand_id)
SELECT n, 'List ' || n, 'list-' || n, '', TRUE, 'single', '', now(), %(brand_id)s
FROM generate_series(1, 4) AS n

INSERT INTO contacts_tag (id, name, key, created_at)
SELECT n, 'Tag ' || n, 'tag ' || n, now() FROM generate_series(1, 20) AS n

INSERT INTO contacts_customfield (key, label, type, public, created_at)
VALUES
    ('club', 'Club', 'text', FALSE, now()), ('points', 'Points', 'number', FALSE, now()),
    ('birthday', 'Birthday', 'date', FALSE, now()), ('vip', 'VIP', 'boolean', FALSE, now())

INSERT INTO contacts_contact (
    email, email_key, address, address_hash, first_name, last_name, phone, locale, time_zone, country, city, custom,
    source, tracking, created_at, updated_at
)
SELECT
    who, who, who, md5(who), first_name, last_name, '', locale, '', country, city,
    jsonb_strip_nulls(jsonb_build_object(
        'club', CASE WHEN h %% 10 < 6 THEN (ARRAY['Gold', 'Silver', 'Bronze'])[1 + h %% 3] END,
        'points', CASE WHEN n %% (%(people)s / 50) = 7 THEN 77777 WHEN h %% 10 < 8 THEN h %% 1000 END,
        'birthday', CASE WHEN h %% 4 > 0 THEN to_char(date '1950-01-01' + (h %% 20000), 'YYYY-MM-DD') END,
        'vip', CASE WHEN h %% 50 = 0 THEN true END
    )),
    (ARRAY['shop', 'import', 'fair', 'form'])[1 + h %% 4], '', created_at, created_at
FROM (
    SELECT
        n, h,
        chr(97 + h %% 26) || chr(97 + h / 26 %% 26) || '.' || substr(md5(n::text), 1, 8) || n || '@example.org' AS who,
        initcap(substr(translate(md5(n::text), '0123456789', 'ghijklmnop'), 1, 3)) AS first_name,
        initcap(substr(translate(md5(h::text), '0123456789', 'qrstuvwxyz'), 1, 5)) AS last_name,
        (ARRAY['en', 'de', 'fr', 'zh-Hans', ''])[1 + h %% 5] AS locale,
        (ARRAY['Germany', 'Austria', 'China', 'France', 'Brazil', ''])[1 + h / 7 %% 6] AS country,
        CASE WHEN n %% (%(people)s / 40) = 5 THEN 'Ulm' WHEN h %% 9 = 0 THEN '' ELSE 'City ' || h %% 400 END AS city,
        now() - (g %% 1000) * interval '1 day' - n * interval '1 millisecond' AS created_at
    FROM (
        SELECT n, abs(hashint4(n)) AS h, abs(hashint4(-n)) AS g FROM generate_series(1, %(people)s) AS n
    ) AS numbers
) AS people

INSERT INTO contacts_subscription (contact_id, list_id, state, changed_at)
SELECT id, 1, CASE WHEN id %% 11 = 0 THEN 'unsubscribed' ELSE 'subscribed' END, created_at FROM contacts_contact

INSERT INTO contacts_subscription (contact_id, list_id, state, changed_at)
SELECT id, 2, CASE WHEN id %% 1000 = 0 THEN 'pending' ELSE 'subscribed' END, created_at
FROM contacts_contact WHERE id %% 5 = 0

INSERT INTO contacts_subscription (contact_id, list_id, state, changed_at)
SELECT id, 3, 'subscribed', created_at FROM contacts_contact ORDER BY md5(id::text) LIMIT 500

INSERT INTO contacts_contacttag (contact_id, tag_id, created_at)
SELECT id, 1 + abs(hashint8(id)) %% 10, created_at FROM contacts_contact WHERE id %% 2 = 0

INSERT INTO contacts_contacttag (contact_id, tag_id, created_at)
SELECT id, 20, created_at FROM contacts_contact ORDER BY md5(id::text) DESC LIMIT 100

INSERT INTO delivery_suppression (address_hash, scope_key, reason, source, note, created_at)
SELECT address_hash, '', 'hard_bounce', '', '', now() FROM contacts_contact WHERE id %% 40 = 3

INSERT INTO delivery_addressrecord (address_hash, last_marketing_at, last_opened_at, last_clicked_at, soft_bounce_count)
SELECT
    address_hash, now() - (id %% 60) * interval '1 day', CASE WHEN id %% 3 = 0 THEN now() - (id %% 400) * interval '1 day' END,
    CASE WHEN id %% 20 = 0 THEN now() - (id %% 400) * interval '1 day' END, 0
FROM contacts_contact WHERE id %% 10 < 8

VACUUM (ANALYZE) contacts_contact

VACUUM (ANALYZE) contacts_subscription

VACUUM (ANALYZE) contacts_contacttag

VACUUM (ANALYZE) delivery_suppression

VACUUM (ANALYZE) delivery_addressrecord
