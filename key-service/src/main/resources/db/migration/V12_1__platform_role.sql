-- The roles that keys of the deployment serve. A node that starts locks the row of a role while it
-- sees to its key, so that nodes that start at once make one key.
CREATE TABLE platform_role (
    role text PRIMARY KEY
);

INSERT INTO platform_role (role)
VALUES ('operator'), ('edge'), ('tenant-service'), ('key-service');
