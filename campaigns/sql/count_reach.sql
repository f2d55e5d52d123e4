-- Purpose: how many of an audience meet each outcome, and the first three who would get the letter.
-- Parameters: kept (an outcome that gets the letter too); those of select_reach, whose statement stands in the braces.
-- Columns: outcome ("person" for the three), number (how many; of a person, the contact's id).
-- Index: as select_reach.
WITH reach AS MATERIALIZED (SELECT q.contact_id, q.outcome FROM ({reach}) q)
SELECT e.outcome, count(*) AS number FROM reach e GROUP BY e.outcome
UNION ALL
SELECT 'person', f.contact_id
FROM (SELECT e.contact_id FROM reach e WHERE e.outcome IN ('', %(kept)s) ORDER BY e.contact_id LIMIT 3) f
