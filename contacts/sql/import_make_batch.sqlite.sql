-- Purpose: what the merge decided about each row of the present batch, before it writes.
-- Parameters: none.
-- Columns: before = former values of what changes; action = act of consent and why, empty = none; the rest is the stage's.
-- Index: its primary key joins the decisions to the staged rows.
CREATE TEMPORARY TABLE import_batch (
    position integer PRIMARY KEY,
    contact_id bigint,
    address_hash text NOT NULL,
    acted_at text,
    ip text,
    is_new integer NOT NULL,
    data_changed integer NOT NULL,
    before text NOT NULL,
    subscription_before text NOT NULL,
    action text NOT NULL,
    why text NOT NULL,
    contact_updated_at text
)
