-- Purpose: add the joinings and leavings of a run of consent records to the days on which they happened.
-- Parameters: after_id, to_id (the run is (after_id, to_id]).
-- Columns: none.
-- Index: the primary keys of contacts_consentrecord and reports_dailygrowth.
INSERT INTO reports_dailygrowth (date, joined_count, left_count)
SELECT date(r.occurred_at),
    count(*) FILTER (WHERE r.action IN ('granted', 'confirmed', 'restored')),
    count(*) FILTER (WHERE r.action = 'withdrawn')
FROM contacts_consentrecord r
WHERE r.id > %(after_id)s AND r.id <= %(to_id)s
GROUP BY date(r.occurred_at)
ON CONFLICT (date) DO UPDATE SET
    joined_count = joined_count + excluded.joined_count,
    left_count = left_count + excluded.left_count
