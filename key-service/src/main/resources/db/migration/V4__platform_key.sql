-- The keys of the deployment itself, by the role they serve: the operator's and the services' own.
CREATE TABLE platform_key (
    role   text NOT NULL,
    key_id uuid NOT NULL REFERENCES api_key (id),
    PRIMARY KEY (role, key_id)
);
