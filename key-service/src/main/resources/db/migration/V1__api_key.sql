-- The keys. Of a key's text only its SHA-256, the visible prefix and the last 4 characters are kept.
CREATE TABLE api_key (
    id                uuid        PRIMARY KEY,
    hash              bytea       NOT NULL CHECK (octet_length(hash) = 32),
    -- The one node the key is bound to, with the ids of all above it; all null for the platform.
    -- Nodes never move, so these never change.
    node_id           uuid,
    node_level        text        NOT NULL
        CHECK (node_level IN ('PLATFORM', 'ORGANIZATION', 'PROJECT', 'ENVIRONMENT', 'WORKSPACE')),
    organization_id   uuid,
    project_id        uuid,
    environment_id    uuid,
    workspace_id      uuid,
    name              text        NOT NULL,
    mode              text        NOT NULL CHECK (mode IN ('LIVE', 'TEST')),
    prefix            text        NOT NULL,
    last_characters   text        NOT NULL,
    scopes            text[]      NOT NULL,
    metadata          jsonb       NOT NULL,
    state             text        NOT NULL CHECK (state IN ('ACTIVE', 'DISABLED', 'REVOKED')),
    not_before        timestamptz,
    expire_time       timestamptz,
    -- The end of a rotation's grace; set once, never moved.
    retire_time       timestamptz,
    predecessor_id    uuid,
    successor_id      uuid,
    creator_id        uuid,
    revocation_reason text,
    revocation_note   text,
    revoke_time       timestamptz,
    create_time       timestamptz NOT NULL,
    update_time       timestamptz NOT NULL,
    version           bigint      NOT NULL,
    CONSTRAINT revoked_has_time CHECK ((state = 'REVOKED') = (revoke_time IS NOT NULL)),
    CONSTRAINT platform_has_no_node CHECK ((node_level = 'PLATFORM') = (node_id IS NULL))
);

-- Serves every look-up of a credential.
CREATE UNIQUE INDEX api_key_by_hash ON api_key (hash);
