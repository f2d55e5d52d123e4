-- Purpose: how many of a campaign's people would not get the letter, by outcome.
-- Parameters: those of select_dropped, whose statement stands in the braces.
-- Columns: outcome, number.
-- Index: as select_dropped.
SELECT d.outcome, count(*) AS number FROM ({dropped}) d GROUP BY d.outcome
