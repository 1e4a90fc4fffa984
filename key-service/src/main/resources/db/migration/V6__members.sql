-- The members of the tenancy's copy: who they are to decisions, and nothing personal.
CREATE TABLE tenancy_user (
    id              uuid    PRIMARY KEY,
    organization_id uuid    NOT NULL,
    live            boolean NOT NULL,
    -- The change that made it so; a row never goes back to an older one.
    revision        bigint  NOT NULL
);

CREATE TABLE tenancy_membership (
    user_id  uuid   NOT NULL,
    node_id  uuid   NOT NULL,
    -- The role that was granted at the node; null once it is revoked.
    role     text   CHECK (role IN ('VIEWER', 'MEMBER', 'ADMIN', 'OWNER')),
    revision bigint NOT NULL,
    PRIMARY KEY (user_id, node_id)
);

-- The member a key acts for, and the key roles it has.
ALTER TABLE api_key
    ADD COLUMN owner_user_id  uuid,
    ADD COLUMN roles          text[]  NOT NULL DEFAULT '{}',
    -- Whether its owner lost the role that covered its node, and nobody enabled the key since.
    -- Beside the state, for a key that is disabled meanwhile must not come back by being enabled.
    ADD COLUMN owner_inactive boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT platform_has_no_owner CHECK (node_id IS NOT NULL OR owner_user_id IS NULL);

-- Serves ListKeys of one member, and the deactivation of a member's keys.
CREATE INDEX api_key_by_owner ON api_key (owner_user_id, id DESC) WHERE owner_user_id IS NOT NULL;
-- Serves the ceiling on keys: it counts an organization's live ones.
CREATE INDEX api_key_unrevoked ON api_key (organization_id) WHERE state <> 'REVOKED';

-- One row for each organization whose plan has a ceiling on keys: held while a key is added.
CREATE TABLE key_ceiling_lock (
    organization_id uuid PRIMARY KEY
);
