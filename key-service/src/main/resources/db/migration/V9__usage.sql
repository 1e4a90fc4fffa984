-- How many decisions there were, by minute, hour and day (UTC), for keys and for the nodes above
-- them. A subject is a key's id or a node's. An outcome is 0 for allowed, otherwise the number of
-- the latchkey.keys.v1.DenialReason. All three tables are written in one transaction, so they agree.
-- Partitions are made ahead and dropped by the service; what none is for goes to the default one.
CREATE TABLE usage_minute (
    subject_id  uuid        NOT NULL,
    bucket_time timestamptz NOT NULL,
    outcome     smallint    NOT NULL,
    count       bigint      NOT NULL,
    PRIMARY KEY (subject_id, bucket_time, outcome)
) PARTITION BY RANGE (bucket_time);
CREATE TABLE usage_hour (LIKE usage_minute INCLUDING ALL) PARTITION BY RANGE (bucket_time);
CREATE TABLE usage_day (LIKE usage_minute INCLUDING ALL) PARTITION BY RANGE (bucket_time);

-- All decisions of a key by day, 28 days to a row: finds the most used of many keys in few rows.
CREATE TABLE usage_key_total (
    key_id      uuid        NOT NULL,
    -- The first of the 28 days; like the partitions, counted from 1970-01-01.
    bucket_time timestamptz NOT NULL,
    daily       bigint[]    NOT NULL CHECK (cardinality(daily) = 28),
    PRIMARY KEY (key_id, bucket_time)
) PARTITION BY RANGE (bucket_time);

-- Where keys were used from, by day: of each key and day the addresses with the most decisions.
CREATE TABLE usage_address (
    key_id         uuid        NOT NULL,
    bucket_time    timestamptz NOT NULL,
    address        inet        NOT NULL,
    count          bigint      NOT NULL,
    last_used_time timestamptz NOT NULL,
    PRIMARY KEY (key_id, bucket_time, address)
) PARTITION BY RANGE (bucket_time);

CREATE TABLE usage_minute_default PARTITION OF usage_minute DEFAULT WITH (fillfactor = 70);
CREATE TABLE usage_hour_default PARTITION OF usage_hour DEFAULT WITH (fillfactor = 70);
CREATE TABLE usage_day_default PARTITION OF usage_day DEFAULT WITH (fillfactor = 70);
CREATE TABLE usage_key_total_default PARTITION OF usage_key_total DEFAULT WITH (fillfactor = 70);
CREATE TABLE usage_address_default PARTITION OF usage_address DEFAULT WITH (fillfactor = 70);

-- When and from where each key was last used; apart from the keys, which change rarely.
CREATE TABLE key_last_use (
    key_id         uuid        PRIMARY KEY,
    last_used_time timestamptz NOT NULL,
    client_network cidr
) WITH (fillfactor = 70);

-- The last batch of counts that each running service has written, so that none is added twice.
CREATE TABLE usage_flush (
    writer_id  uuid        PRIMARY KEY,
    sequence   bigint      NOT NULL,
    flush_time timestamptz NOT NULL
);
