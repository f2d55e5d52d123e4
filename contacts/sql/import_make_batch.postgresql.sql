-- Purpose: what the merge decided about each row of the present batch, before it writes.
-- Parameters: none.
-- Columns: before = former values of what changes; action = act of consent, empty = none.
-- Index: its primary key joins the decisions to the staged rows.
CREATE TEMPORARY TABLE import_batch (
    position bigint PRIMARY KEY,
    contact_id bigint,
    is_new boolean NOT NULL,
    data_changed boolean NOT NULL,
    before jsonb NOT NULL,
    subscription_before text NOT NULL,
    action text NOT NULL
)
