-- Purpose: the tags that the rows of the staging table bear.
-- Parameters: none.
-- Columns: position = the row; key = the case-folded name, as in contacts_tag.
-- Index: its primary key serves the merge, which goes through it in ranges of positions.
CREATE TEMPORARY TABLE import_stage_tag (
    position bigint NOT NULL,
    key text NOT NULL,
    name text NOT NULL,
    PRIMARY KEY (position, key)
)
