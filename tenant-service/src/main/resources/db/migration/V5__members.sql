-- The people of the organizations ("user" alone is a word of SQL).
CREATE TABLE tenancy_user (
    id               uuid        PRIMARY KEY,
    organization_id  uuid        NOT NULL REFERENCES node,
    email            text        NOT NULL,
    -- The email without regard to case, folded by the service: the same under every collation.
    email_folded     text        NOT NULL,
    display_name     text        NOT NULL,
    -- Empty for none.
    external_subject text        NOT NULL,
    create_time      timestamptz NOT NULL,
    update_time      timestamptz NOT NULL,
    delete_time      timestamptz,
    -- Counts the changes of the row; the etag.
    version          bigint      NOT NULL,
    -- The newest revision of the change log that touched the row.
    revision         bigint      NOT NULL DEFAULT 0
);

-- Keep emails and subjects of an organization's live users apart, and find users by them.
CREATE UNIQUE INDEX tenancy_user_email ON tenancy_user (organization_id, email_folded)
    WHERE delete_time IS NULL;
CREATE UNIQUE INDEX tenancy_user_external_subject ON tenancy_user (organization_id, external_subject)
    WHERE delete_time IS NULL AND external_subject <> '';

-- Serves the lists of an organization's users, oldest first.
CREATE INDEX tenancy_user_organization ON tenancy_user (organization_id, id);

-- Roles, each granted to a user at a node. A revoked one keeps its row, for it may be granted again.
CREATE TABLE membership (
    -- Seen by nobody outside; orders the lists.
    id          uuid        PRIMARY KEY,
    node_id     uuid        NOT NULL REFERENCES node,
    user_id     uuid        NOT NULL REFERENCES tenancy_user,
    role        text        NOT NULL CHECK (role IN ('VIEWER', 'MEMBER', 'ADMIN', 'OWNER')),
    create_time timestamptz NOT NULL,
    update_time timestamptz NOT NULL,
    -- When the role was revoked, or its user deleted.
    delete_time timestamptz,
    -- Counts the changes of the row; the etag.
    version     bigint      NOT NULL,
    -- The newest revision of the change log that touched the row itself.
    revision    bigint      NOT NULL DEFAULT 0,
    -- Also finds the roles of a user.
    CONSTRAINT membership_user_node UNIQUE (user_id, node_id)
);

-- Serves the roles granted at a node, oldest first, and tells whether an organization has an OWNER.
CREATE INDEX membership_node ON membership (node_id, id) WHERE delete_time IS NULL;
