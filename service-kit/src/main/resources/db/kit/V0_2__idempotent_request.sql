-- What a write with a request id answered first, for its repeats.
CREATE TABLE idempotent_request (
    caller_key_id uuid        NOT NULL,
    request_id    uuid        NOT NULL,
    -- SHA-256 of the call and its request: a repeat must ask for the same.
    fingerprint   bytea       NOT NULL,
    -- The serialized answer, without any secret. Set before the transaction commits.
    response      bytea,
    create_time   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (caller_key_id, request_id)
);

-- Serves the removal of old rows.
CREATE INDEX idempotent_request_by_age ON idempotent_request (create_time);
