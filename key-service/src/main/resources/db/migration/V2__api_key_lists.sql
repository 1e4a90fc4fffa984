-- Serve ListKeys: the keys of a node and of all below it, newest first.
CREATE INDEX api_key_by_organization ON api_key (organization_id, id DESC);
CREATE INDEX api_key_by_project ON api_key (project_id, id DESC) WHERE project_id IS NOT NULL;
CREATE INDEX api_key_by_environment ON api_key (environment_id, id DESC)
    WHERE environment_id IS NOT NULL;
CREATE INDEX api_key_by_workspace ON api_key (workspace_id, id DESC)
    WHERE workspace_id IS NOT NULL;
