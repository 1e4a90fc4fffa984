-- What the nodes of the service tell each other: of each transaction that changed something that
-- nodes may hold in memory, a row or a few. docs/decisions/key-feed.md is the protocol.
CREATE TABLE key_change (
    txid          xid8        NOT NULL DEFAULT pg_current_xact_id(),
    change_time   timestamptz NOT NULL DEFAULT clock_timestamp(),
    key_ids       uuid[]      NOT NULL,
    hashes        bytea[]     NOT NULL,
    accounts      uuid[]      NOT NULL,
    -- Whether a node of the tenancy gained or lost an account.
    node_accounts boolean     NOT NULL,
    -- Whether keys of other systems came in.
    foreign_keys  boolean     NOT NULL
);

-- Serves the readers: what has become visible since a snapshot.
CREATE INDEX key_change_by_txid ON key_change (txid);

-- Rows that are visible in this snapshot may have been deleted. Always one row.
CREATE TABLE key_change_floor (
    singleton boolean     PRIMARY KEY DEFAULT true CHECK (singleton),
    snapshot  pg_snapshot NOT NULL
);

INSERT INTO key_change_floor (snapshot) VALUES ('3:3:');
