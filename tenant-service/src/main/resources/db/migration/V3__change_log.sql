-- What changed, for those who keep a copy of the tenancy.
CREATE TABLE change_log (
    revision    bigint      PRIMARY KEY,
    -- The changed resource as a serialized latchkey.tenancy.v1.TenancyResource, without its revision.
    payload     bytea       NOT NULL,
    commit_time timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- The newest revision, in its only row. A transaction takes the next revision by an update of this
-- row, as the last thing it does, and so holds the row until it commits: revisions are dense and in
-- the order of commits. A sequence would give neither.
CREATE TABLE change_head (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    revision bigint  NOT NULL
) WITH (fillfactor = 10);

INSERT INTO change_head (revision) VALUES (0);
