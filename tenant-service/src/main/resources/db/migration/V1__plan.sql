-- What organizations have bought. The service itself adds the plan `default` when it first starts.
CREATE TABLE plan (
    id           uuid        PRIMARY KEY,
    slug         text        NOT NULL,
    display_name text        NOT NULL,
    api_access   boolean     NOT NULL,
    create_time  timestamptz NOT NULL,
    update_time  timestamptz NOT NULL,
    delete_time  timestamptz,
    -- Counts the changes of the row; the etag.
    version      bigint      NOT NULL,
    -- The newest revision of the change log that touched the row.
    revision     bigint      NOT NULL DEFAULT 0
);

-- Keeps slugs of live plans apart, and finds the default plan.
CREATE UNIQUE INDEX plan_slug ON plan (slug) WHERE delete_time IS NULL;
