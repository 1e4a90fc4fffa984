-- Limits on the rate of calls: a serialized latchkey.tenancy.v1.Plan with nothing but its
-- rate_limits; null for none.
ALTER TABLE plan ADD COLUMN rate_limits bytea;
ALTER TABLE node ADD COLUMN rate_limits bytea;

-- Of projects only: a serialized latchkey.tenancy.v1.Project with nothing but its scope_catalogue,
-- key_roles and leak_policy; null where nothing is said of any.
ALTER TABLE node ADD COLUMN key_policy bytea CHECK (key_policy IS NULL OR level = 'PROJECT');

-- How many live things an organization with the plan may have; null for any number.
ALTER TABLE plan
    ADD COLUMN ceiling_keys         bigint CHECK (ceiling_keys >= 0),
    ADD COLUMN ceiling_environments bigint CHECK (ceiling_environments >= 0),
    ADD COLUMN ceiling_workspaces   bigint CHECK (ceiling_workspaces >= 0),
    ADD COLUMN ceiling_members      bigint CHECK (ceiling_members >= 0);

-- One row for each organization that ever made something under a ceiling. Whoever counts towards
-- one holds the row until its transaction ends, so that no two count at once. Not the
-- organization's own row: that one is held in share by all who make something below it, and two of
-- them that wanted it alone would wait for each other.
CREATE TABLE ceiling_lock (
    organization_id uuid PRIMARY KEY REFERENCES node
);

-- Counts the live environments and workspaces of an organization.
CREATE INDEX node_organization ON node (organization_id, level) WHERE state <> 'DELETED';

-- Finds the environments whose time has passed and that are yet to be marked deleted.
CREATE INDEX node_expired ON node (expire_time) WHERE expire_time IS NOT NULL AND state <> 'DELETED';
