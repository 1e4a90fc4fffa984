-- Organizations, projects, environments and workspaces: one tree, one table.
CREATE TABLE node (
    id                     uuid        PRIMARY KEY,
    level                  text        NOT NULL
                           CHECK (level IN ('ORGANIZATION', 'PROJECT', 'ENVIRONMENT', 'WORKSPACE')),
    parent_id              uuid        REFERENCES node,
    -- The nodes above, each at its level; null at the node's own level and below. Never change.
    organization_id        uuid        REFERENCES node,
    project_id             uuid        REFERENCES node,
    environment_id         uuid        REFERENCES node,
    slug                   text        NOT NULL,
    -- Whether the slug is taken among the siblings: until the node is deleted, or has expired and a
    -- new sibling wants its slug.
    slug_held              boolean     NOT NULL DEFAULT true,
    display_name           text        NOT NULL,
    state                  text        NOT NULL CHECK (state IN ('ACTIVE', 'SUSPENDED', 'DELETED')),
    -- The key format set here; all three are null where it is inherited.
    key_prefix             text,
    key_show_mode          boolean,
    key_show_environment   boolean,
    -- Of organizations only.
    plan_id                uuid        REFERENCES plan,
    -- Of environments only: from this instant on the node counts as deleted, whatever its state.
    expire_time            timestamptz,
    create_time            timestamptz NOT NULL,
    update_time            timestamptz NOT NULL,
    delete_time            timestamptz,
    -- Counts the changes of the row; the etag.
    version                bigint      NOT NULL,
    -- The newest revision of the change log that touched the row.
    revision               bigint      NOT NULL DEFAULT 0,
    CHECK (num_nulls(key_prefix, key_show_mode, key_show_environment) IN (0, 3)),
    CHECK ((plan_id IS NOT NULL) = (level = 'ORGANIZATION')),
    CHECK (expire_time IS NULL OR level = 'ENVIRONMENT')
);

-- Keeps slugs of siblings apart; organizations are each other's siblings.
CREATE UNIQUE INDEX node_slug ON node (parent_id, slug) NULLS NOT DISTINCT WHERE slug_held;

-- Serves the lists of children, oldest first.
CREATE INDEX node_children ON node (parent_id, id);

-- Serves the snapshot, which goes level by level.
CREATE INDEX node_level ON node (level, id);

-- Tells whether a plan is in use.
CREATE INDEX node_plan ON node (plan_id) WHERE plan_id IS NOT NULL;
