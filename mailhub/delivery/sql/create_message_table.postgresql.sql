-- Purpose: the ledger's rows, partitioned by ranges of dispatch_id; run once, by the migration.
-- Parameters: none.
-- Columns: as in delivery.models.ledger.Message; `id` comes from one sequence for all partitions.
-- Index: the key (dispatch_id, id) and the unique (dispatch_id, recipient_key), made on each partition.
CREATE TABLE delivery_message (
    id bigserial NOT NULL,
    dispatch_id bigint NOT NULL,
    recipient_key varchar(64) NOT NULL,
    address varchar(320) NOT NULL,
    address_hash varchar(32) NOT NULL,
    contact_id bigint NULL,
    list_key varchar(64) NOT NULL,
    locale varchar(35) NOT NULL,
    variant varchar(8) NOT NULL,
    content_version_id bigint NULL,
    not_before timestamptz NULL,
    state varchar(10) NOT NULL,
    reason varchar(40) NOT NULL,
    reply varchar(300) NOT NULL,
    attempts smallint NOT NULL CHECK (attempts >= 0),
    settled_at timestamptz NULL,
    PRIMARY KEY (dispatch_id, id),
    CONSTRAINT message_once_per_dispatch UNIQUE (dispatch_id, recipient_key)
) PARTITION BY RANGE (dispatch_id)
