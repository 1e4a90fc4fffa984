-- The service's copy of the tenancy, followed from tenant-service: Authenticate needs no call there.
CREATE TABLE tenancy_node (
    id       uuid   PRIMARY KEY,
    -- The ids from the organization down to the node itself.
    lineage  uuid[] NOT NULL,
    -- A serialized latchkey.tenancy.v1.TenancyResource.
    payload  bytea  NOT NULL,
    -- The change that made it so; a row never goes back to an older one.
    revision bigint NOT NULL
);

CREATE TABLE tenancy_plan (
    id       uuid   PRIMARY KEY,
    payload  bytea  NOT NULL,
    revision bigint NOT NULL
);

-- How far the copy has followed; no row before the first snapshot.
CREATE TABLE tenancy_position (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    revision  bigint  NOT NULL
);
