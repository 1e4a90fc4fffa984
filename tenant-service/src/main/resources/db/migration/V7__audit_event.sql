-- What was changed through this service, by whom and from where: rows are added, and never changed.
CREATE TABLE audit_event (
    -- UUIDv7: its time is the time of the event.
    id              uuid        PRIMARY KEY,
    event_time      timestamptz NOT NULL,
    -- Null for what the service does of its own accord.
    actor_key_id    uuid,
    actor_user_id   uuid,
    peer_address    text,
    client_address  text,
    action          text        NOT NULL,
    target_type     text        NOT NULL,
    target_id       uuid        NOT NULL,
    -- The node of the target with all above it; all null for the platform.
    organization_id uuid,
    project_id      uuid,
    environment_id  uuid,
    workspace_id    uuid,
    before          jsonb,
    after           jsonb,
    request_id      text        NOT NULL
);

-- Serve ListAuditEvents: at or below a node, by actor, target or action; newest first.
CREATE INDEX audit_event_by_organization ON audit_event (organization_id, id DESC);
CREATE INDEX audit_event_by_project ON audit_event (project_id, id DESC)
    WHERE project_id IS NOT NULL;
CREATE INDEX audit_event_by_environment ON audit_event (environment_id, id DESC)
    WHERE environment_id IS NOT NULL;
CREATE INDEX audit_event_by_workspace ON audit_event (workspace_id, id DESC)
    WHERE workspace_id IS NOT NULL;
CREATE INDEX audit_event_by_actor_key ON audit_event (actor_key_id, id DESC);
CREATE INDEX audit_event_by_actor_user ON audit_event (actor_user_id, id DESC)
    WHERE actor_user_id IS NOT NULL;
CREATE INDEX audit_event_by_target ON audit_event (target_id, id DESC);
CREATE INDEX audit_event_by_action ON audit_event (action, id DESC);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the table % takes new rows only', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- Also for sessions that ask for triggers to be skipped (session_replication_role).
ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_event_append_only;
