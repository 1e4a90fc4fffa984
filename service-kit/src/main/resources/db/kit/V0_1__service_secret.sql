-- Secrets that all nodes of a service share and none hands out, such as the key that page tokens
-- are sealed with.
CREATE TABLE service_secret (
    name  text  PRIMARY KEY,
    value bytea NOT NULL
);
