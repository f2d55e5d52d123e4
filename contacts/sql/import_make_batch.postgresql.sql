-- Purpose: what the merge decided about each row of the present batch, before it writes.
-- Parameters: none.
-- Columns: before = former values of what changes; action = act of consent and why, empty = none; the rest is the stage's.
-- Index: none; each statement goes through the whole batch.
CREATE TEMPORARY TABLE import_batch (
    position bigint NOT NULL,
    contact_id bigint,
    address_hash text NOT NULL,
    acted_at timestamptz,
    ip inet,
    is_new boolean NOT NULL,
    data_changed boolean NOT NULL,
    before jsonb NOT NULL,
    subscription_before text NOT NULL,
    action text NOT NULL,
    why text NOT NULL,
    contact_updated_at timestamptz
)
