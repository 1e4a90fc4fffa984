-- Reports of keys that must be stopped: taken in and answered at once, worked off right after, and
-- then removed. Of the text there is its hash alone, as of every key.
CREATE TABLE leak_report (
    id              uuid    PRIMARY KEY,
    hash            bytea   NOT NULL CHECK (octet_length(hash) = 32),
    -- Whether the holder asked for it; otherwise the key was seen where it should not be.
    held            boolean NOT NULL,
    source          text    NOT NULL,
    note            text    NOT NULL,
    -- Who reported, for the audit log.
    reporter_key_id  uuid   NOT NULL,
    reporter_user_id uuid,
    peer_address    text,
    client_address  text,
    request_id      text    NOT NULL,
    -- How often it could not be worked off; the others go first.
    failures        integer NOT NULL DEFAULT 0
);

-- Serves the next one to be worked off.
CREATE INDEX leak_report_next ON leak_report (failures, id);
