package dev.latchkey.keys.tenancy;

import com.google.protobuf.Timestamp;
import dev.latchkey.kit.access.Role;
import dev.latchkey.kit.database.Sql;
import dev.latchkey.proto.tenancy.v1.Membership;
import dev.latchkey.proto.tenancy.v1.NodeRef;
import dev.latchkey.proto.tenancy.v1.TenancyResource;
import dev.latchkey.proto.tenancy.v1.User;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows of the copy, inside the caller's transaction. A row never goes back to an older
 * revision.
 */
final class TenancyRows {
  private static final Logger LOG = LoggerFactory.getLogger(TenancyRows.class);

  private static final String UPSERT_NODE =
      """
      INSERT INTO tenancy_node AS present (id, lineage, payload, revision) VALUES (?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET payload = excluded.payload, revision = excluded.revision
      WHERE present.revision < excluded.revision
      """;
  private static final String UPSERT_PLAN =
      """
      INSERT INTO tenancy_plan AS present (id, payload, revision) VALUES (?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET payload = excluded.payload, revision = excluded.revision
      WHERE present.revision < excluded.revision
      """;

  /** Stands for an end whose time the copy does not keep. */
  private static final Timestamp SOME_TIME = Timestamp.newBuilder().setSeconds(1).build();

  private TenancyRows() {}

  /** Enters a resource, and names the user who lost something by it. */
  static Optional<UUID> upsert(Connection connection, TenancyResource resource) {
    return switch (resource.getResourceCase()) {
      case USER -> {
        UserView user = TenancyViews.user(resource);
        boolean news = MemberStore.upsert(connection, user);
        yield news && !user.live() ? Optional.of(user.id()) : Optional.empty();
      }
      case MEMBERSHIP -> {
        MembershipView membership = TenancyViews.membership(resource);
        boolean news = MemberStore.upsert(connection, membership);
        yield news && membership.role().isEmpty()
            ? Optional.of(membership.userId())
            : Optional.empty();
      }
      case ORGANIZATION, PROJECT, ENVIRONMENT, WORKSPACE, PLAN -> {
        upsertNodeOrPlan(connection, resource);
        yield Optional.empty();
      }
      case RESOURCE_NOT_SET -> {
        // Of a newer tenant-service. The version that knows the kind has to take a new snapshot.
        LOG.warn(
            "revision {} is of a kind that this version does not know", resource.getRevision());
        yield Optional.empty();
      }
    };
  }

  static void upsertNodeOrPlan(Connection connection, TenancyResource resource) {
    if (resource.hasPlan()) {
      PlanView plan = TenancyViews.plan(resource);
      Sql.update(connection, UPSERT_PLAN, plan.id(), resource.toByteArray(), plan.revision());
      return;
    }
    NodeView node = TenancyViews.node(resource);
    Sql.update(
        connection,
        UPSERT_NODE,
        node.id(),
        node.lineage().toArray(UUID[]::new),
        resource.toByteArray(),
        node.revision());
  }

  /** Removes all rows. */
  static void clear(Connection connection) {
    for (String table :
        List.of("tenancy_node", "tenancy_plan", "tenancy_membership", "tenancy_user")) {
      Sql.update(connection, "DELETE FROM " + table);
    }
  }

  /** The resources that changed after a revision, as far as the copy keeps them; in any order. */
  static List<TenancyResource> beyond(Connection connection, long revision) {
    List<TenancyResource> rows = new ArrayList<>();
    rows.addAll(payloads(connection, "tenancy_plan", revision));
    rows.addAll(payloads(connection, "tenancy_node", revision));
    rows.addAll(
        Sql.list(
            connection,
            "SELECT id, organization_id, live, revision FROM tenancy_user WHERE revision > ?",
            TenancyRows::user,
            revision));
    rows.addAll(
        Sql.list(
            connection,
            "SELECT user_id, node_id, role, revision FROM tenancy_membership WHERE revision > ?",
            TenancyRows::membership,
            revision));
    return rows;
  }

  private static List<TenancyResource> payloads(
      Connection connection, String table, long revision) {
    return Sql.list(
        connection,
        "SELECT payload FROM " + table + " WHERE revision > ?",
        row -> TenancyViews.parse(row.getBytes("payload")),
        revision);
  }

  private static TenancyResource user(ResultSet row) throws SQLException {
    User.Builder user =
        User.newBuilder()
            .setId(row.getString("id"))
            .setOrganizationId(row.getString("organization_id"));
    if (!row.getBoolean("live")) {
      user.setDeleteTime(SOME_TIME);
    }
    return TenancyResource.newBuilder().setUser(user).setRevision(row.getLong("revision")).build();
  }

  private static TenancyResource membership(ResultSet row) throws SQLException {
    Membership.Builder membership =
        Membership.newBuilder()
            .setUserId(row.getString("user_id"))
            .setNode(NodeRef.newBuilder().setId(row.getString("node_id")));
    String role = row.getString("role");
    if (role == null) {
      membership.setDeleteTime(SOME_TIME);
    } else {
      membership.setRole(Role.valueOf(role).toMessage());
    }
    return TenancyResource.newBuilder()
        .setMembership(membership)
        .setRevision(row.getLong("revision"))
        .build();
  }
}
