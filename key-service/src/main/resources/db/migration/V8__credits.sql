-- Accounts of credits. What nodes of the service have leased is not in `remaining` any more.
CREATE TABLE credit_account (
    id               uuid        PRIMARY KEY,
    remaining        bigint      NOT NULL CHECK (remaining >= 0),
    -- Both or neither.
    refill_interval  text        CHECK (refill_interval IN ('DAILY', 'WEEKLY', 'MONTHLY')),
    refill_amount    bigint      CHECK (refill_amount > 0),
    next_refill_time timestamptz,
    -- Rises whenever `remaining` is set anew: leases of an older epoch are void.
    epoch            bigint      NOT NULL,
    update_time      timestamptz NOT NULL,
    -- Rises with every change by a caller.
    version          bigint      NOT NULL,
    CONSTRAINT refill_is_whole CHECK (
        (refill_interval IS NULL) = (refill_amount IS NULL)
        AND (refill_interval IS NULL) = (next_refill_time IS NULL))
);

-- Serves the sweep of accounts that are due.
CREATE INDEX credit_account_by_refill ON credit_account (next_refill_time)
    WHERE next_refill_time IS NOT NULL;

-- Who draws from an account: one node, or one key and the keys it was rotated to.
CREATE TABLE credit_holder (
    holder_id  uuid    PRIMARY KEY,
    account_id uuid    NOT NULL REFERENCES credit_account (id) ON DELETE CASCADE,
    node       boolean NOT NULL
);

-- Serves the closing of an account, and the list of nodes that have one.
CREATE INDEX credit_holder_by_account ON credit_holder (account_id);
CREATE INDEX credit_holder_of_nodes ON credit_holder (holder_id) WHERE node;
