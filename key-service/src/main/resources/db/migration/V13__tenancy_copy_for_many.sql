-- Several nodes of the service keep the copy, and each follows what the others enter: these serve
-- the look for rows beyond the revision that a node has.
CREATE INDEX tenancy_node_by_revision ON tenancy_node (revision);
CREATE INDEX tenancy_plan_by_revision ON tenancy_plan (revision);
CREATE INDEX tenancy_user_by_revision ON tenancy_user (revision);
CREATE INDEX tenancy_membership_by_revision ON tenancy_membership (revision);

-- Counts how often the copy was made anew because tenant-service's revisions fell back. Revisions
-- of different generations cannot be compared.
ALTER TABLE tenancy_position ADD COLUMN generation bigint NOT NULL DEFAULT 0;
