-- Purpose: the addresses that stand in the file more than once.
-- Parameters: none.
-- Columns: first_position = the row whose data win; the rest is the strictest of all the rows.
-- Index: its primary key is probed once for every staged row.
CREATE TEMPORARY TABLE import_repeat (
    email_key text PRIMARY KEY,
    first_position bigint NOT NULL,
    standing smallint NOT NULL,
    has_left smallint NOT NULL,
    acted_at timestamp with time zone
)
