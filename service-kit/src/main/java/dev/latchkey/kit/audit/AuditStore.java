package dev.latchkey.kit.audit;

import dev.latchkey.kit.database.Sql;
import dev.latchkey.kit.id.Uuid7;
import dev.latchkey.kit.wire.Timestamps;
import dev.latchkey.proto.audit.v1.AuditEvent;
import dev.latchkey.proto.audit.v1.AuditTarget;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads and writes the table of events, inside the caller's transaction. */
final class AuditStore {
  private static final List<String> LINEAGE =
      List.of("organization_id", "project_id", "environment_id", "workspace_id");

  /** How many levels of the tenancy the table knows. */
  static final int LEVELS = LINEAGE.size();

  private static final String INSERT =
      """
      INSERT INTO audit_event (id, event_time, actor_key_id, actor_user_id, peer_address,
                               client_address, action, target_type, target_id, organization_id,
                               project_id, environment_id, workspace_id, before, after, request_id)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb, ?)
      """;

  private AuditStore() {}

  static void insert(
      Connection connection,
      Uuid7 ids,
      String action,
      AuditActor actor,
      List<AuditChange> changes) {
    Sql.batch(
        connection,
        INSERT,
        changes.stream().map(change -> row(ids.next(), action, actor, change)).toList());
  }

  private static List<@Nullable Object> row(
      UUID id, String action, AuditActor actor, AuditChange change) {
    List<@Nullable Object> row = new ArrayList<>();
    row.add(id);
    row.add(Uuid7.time(id));
    row.add(actor.keyId());
    row.add(actor.userId());
    row.add(actor.peerAddress());
    row.add(actor.clientAddress());
    row.add(action);
    row.add(change.target().type());
    row.add(change.target().id());
    List<UUID> lineage = change.target().lineage();
    for (int depth = 0; depth < LEVELS; depth++) {
      row.add(depth < lineage.size() ? lineage.get(depth) : null);
    }
    row.add(AuditJson.before(change));
    row.add(AuditJson.after(change));
    row.add(actor.requestId());
    return row;
  }

  /** Events that pass a query, newest first, after a position. */
  static List<AuditEvent> list(
      Connection connection, AuditQuery query, @Nullable UUID after, int limit) {
    Conditions where = new Conditions();
    List<UUID> lineage = query.lineage();
    if (!lineage.isEmpty()) {
      where.add(LINEAGE.get(lineage.size() - 1) + " = ?", lineage.getLast());
    }
    where.addIfPresent("actor_key_id = ?", query.actorKeyId());
    where.addIfPresent("actor_user_id = ?", query.actorUserId());
    where.addIfPresent("target_id = ?", query.targetId());
    where.addIfPresent("target_type = ?", emptyToNull(query.targetType()));
    where.addIfPresent("action = ?", emptyToNull(query.action()));
    // Ids are ordered by time, so the indexes serve spans of time too.
    where.addIfPresent("id >= ?", first(query.from()));
    where.addIfPresent("id < ?", first(query.until()));
    where.addIfPresent("id < ?", after);
    return Sql.list(
        connection,
        "SELECT * FROM audit_event" + where.sql() + " ORDER BY id DESC LIMIT " + limit,
        AuditStore::read,
        where.values());
  }

  private static @Nullable String emptyToNull(String text) {
    return text.isEmpty() ? null : text;
  }

  private static @Nullable UUID first(@Nullable Instant time) {
    return time == null ? null : Uuid7.first(time);
  }

  private static final class Conditions {
    private final List<String> conditions = new ArrayList<>();
    private final List<Object> values = new ArrayList<>();

    void add(String condition, Object value) {
      conditions.add(condition);
      values.add(value);
    }

    void addIfPresent(String condition, @Nullable Object value) {
      if (value != null) {
        add(condition, value);
      }
    }

    String sql() {
      return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
    }

    Object[] values() {
      return values.toArray();
    }
  }

  private static AuditEvent read(ResultSet row) throws SQLException {
    AuditTarget.Builder target =
        AuditTarget.newBuilder()
            .setType(row.getString("target_type"))
            .setId(row.getString("target_id"));
    for (String column : LINEAGE) {
      setIfPresent(row.getString(column), target::setNodeId);
    }
    dev.latchkey.proto.audit.v1.AuditActor.Builder actor =
        dev.latchkey.proto.audit.v1.AuditActor.newBuilder();
    setIfPresent(row.getString("actor_key_id"), actor::setKeyId);
    setIfPresent(row.getString("actor_user_id"), actor::setUserId);
    setIfPresent(row.getString("peer_address"), actor::setPeerAddress);
    setIfPresent(row.getString("client_address"), actor::setClientAddress);
    AuditEvent.Builder event =
        AuditEvent.newBuilder()
            .setId(row.getString("id"))
            .setEventTime(Timestamps.of(Uuid7.time(UUID.fromString(row.getString("id")))))
            .setActor(actor)
            .setAction(row.getString("action"))
            .setTarget(target)
            .setRequestId(row.getString("request_id"));
    setIfPresent(row.getString("before"), json -> event.setBefore(AuditJson.struct(json)));
    setIfPresent(row.getString("after"), json -> event.setAfter(AuditJson.struct(json)));
    return event.build();
  }

  private static void setIfPresent(@Nullable String value, Consumer<String> setter) {
    Stream.ofNullable(value).forEach(setter);
  }
}
