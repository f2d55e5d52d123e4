-- Purpose: the staging table of one import: every valid row of the file, checked, not yet merged.
-- Parameters: none.
-- Columns: position = number of the row in the file; NULL = the file says nothing, the field stays as it is.
-- Index: its primary key serves the merge, which goes through it in ranges of positions.
CREATE TEMPORARY TABLE import_stage (
    position bigint PRIMARY KEY,
    email text NOT NULL,
    email_key text NOT NULL,
    address text NOT NULL,
    address_hash text NOT NULL,
    standing smallint NOT NULL,
    has_left smallint NOT NULL,
    acted_at timestamptz,
    ip inet,
    first_name text,
    last_name text,
    phone text,
    locale text,
    time_zone text,
    country text,
    city text,
    source text,
    custom jsonb NOT NULL,
    cleared text[] NOT NULL
)
