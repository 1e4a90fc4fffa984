package dev.latchkey.tenancy.member;

import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.access.Role;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.id.Uuid7;
import dev.latchkey.kit.paging.Page;
import dev.latchkey.tenancy.change.Outcome;
import dev.latchkey.tenancy.change.Refusals;
import dev.latchkey.tenancy.node.Lineage;
import dev.latchkey.tenancy.node.NodeStore;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what, where. Every method works in the transaction of its connection and for one
 * caller, who grants and takes no role above their own at the node; a node that the caller does not
 * reach is {@code NOT_FOUND}. Refusals are {@link ApiException}s.
 */
@Singleton
public final class Memberships {
  public static final String TYPE = "membership";
  private static final String NODE = "node";

  private final MembershipStore store;
  private final UserStore users;
  private final OrganizationMembers members;
  private final NodeStore nodes;
  private final Uuid7 ids;
  private final InstantSource clock;

  Memberships(
      MembershipStore store,
      UserStore users,
      OrganizationMembers members,
      NodeStore nodes,
      Uuid7 ids,
      InstantSource clock) {
    this.store = store;
    this.users = users;
    this.members = members;
    this.nodes = nodes;
    this.ids = ids;
    this.clock = clock;
  }

  /**
   * Grants a role in place of the one the user has at the node. Throws {@code NOT_FOUND} for a user
   * who is not of the node's organization, {@code NODE_NOT_LIVE} for a node or user that is not
   * live, {@code ROLE_INSUFFICIENT}, {@code LAST_OWNER}.
   */
  public Outcome<Granted> grant(Connection connection, Caller caller, Grant grant, Role role) {
    Instant now = now();
    Lineage lineage = lock(connection, caller, grant.nodeId());
    lineage.requireLive(now);
    caller.requireRole(role, lineage.ids());
    if (!user(connection, lineage, grant.userId()).isLive()) {
      throw Refusals.notLive(Users.TYPE, grant.userId());
    }
    Membership old = store.find(connection, grant.nodeId(), grant.userId()).orElse(null);
    requireVersion(old, grant);
    if (old == null) {
      Membership first = first(lineage, grant.userId(), role, now);
      store.insert(connection, first);
      return Outcome.created(new Granted(first, lineage.ids()));
    }
    if (old.isLive() && old.role() == role) {
      return Outcome.unchanged(new Granted(old, lineage.ids()));
    }
    requireMayTake(connection, caller, lineage, old, now);
    return store(connection, lineage, old, old.granted(role, now));
  }

  /**
   * Takes the role a user has at a node. Throws {@code NOT_FOUND} if they never had one, {@code
   * ROLE_INSUFFICIENT}, {@code LAST_OWNER}.
   */
  public Outcome<Granted> revoke(Connection connection, Caller caller, Grant grant) {
    Instant now = now();
    Lineage lineage = lock(connection, caller, grant.nodeId());
    UUID userId = user(connection, lineage, grant.userId()).id();
    Membership old =
        store
            .find(connection, grant.nodeId(), userId)
            .orElseThrow(
                () -> ApiException.notFound(TYPE, "%s/%s".formatted(grant.nodeId(), userId)));
    requireVersion(old, grant);
    if (!old.isLive()) {
      return Outcome.unchanged(new Granted(old, lineage.ids()));
    }
    requireMayTake(connection, caller, lineage, old, now);
    return store(connection, lineage, old, old.revoked(now));
  }

  /**
   * A page of the live memberships at a node, or of a user as far as their nodes exist for the
   * caller, oldest first. Throws {@code NOT_FOUND} for the node, or for a user of whom the caller
   * may see nothing.
   */
  public Page<Membership> list(Connection connection, MembershipStore.Query query) {
    UUID node = query.nodeId();
    if (node != null) {
      visible(nodes.lineage(connection, node), query.caller(), node);
    }
    List<Membership> found = store.list(connection, query);
    UUID user = query.userId();
    if (node == null && user != null && found.isEmpty() && query.after() == null) {
      requireVisible(connection, query.caller(), user);
    }
    return Page.of(found, query.size(), Membership::id);
  }

  /** Throws {@code NOT_FOUND} for a user of an organization that does not exist for the caller. */
  private void requireVisible(Connection connection, Caller caller, UUID userId) {
    User user =
        users.find(connection, userId).orElseThrow(() -> ApiException.notFound(Users.TYPE, userId));
    caller.requireReach(List.of(user.organizationId()), Users.TYPE, userId);
  }

  /**
   * A page of everybody who has a role at a node, in the order of the users' ids. Must be read as
   * of one instant: it takes two queries.
   */
  public Page<Access> access(
      Connection connection, Caller caller, UUID nodeId, @Nullable UUID after, int size) {
    Lineage lineage = visible(nodes.lineage(connection, nodeId), caller, nodeId);
    List<User> found = users.withRoleAt(connection, lineage.ids(), after, size + 1);
    Map<UUID, List<Membership>> reaching =
        store.reaching(connection, lineage.ids(), found.stream().map(User::id).toList()).stream()
            .collect(Collectors.groupingBy(Membership::userId));
    List<Access> entries =
        found.stream()
            .map(user -> new Access(user, reaching.getOrDefault(user.id(), List.of())))
            .toList();
    return Page.of(entries, size, entry -> entry.user().id());
  }

  /** A node, with the members of its organization locked. */
  private Lineage lock(Connection connection, Caller caller, UUID nodeId) {
    Lineage found = visible(nodes.lineage(connection, nodeId), caller, nodeId);
    Optional<Lineage> organization = members.lock(connection, found.organization().node().id());
    return organization.flatMap(locked -> nodes.hold(connection, nodeId)).orElseThrow();
  }

  private static Lineage visible(Optional<Lineage> found, Caller caller, UUID id) {
    Lineage lineage = found.orElseThrow(() -> ApiException.notFound(NODE, id));
    caller.requireReach(lineage.ids(), NODE, id);
    return lineage;
  }

  private User user(Connection connection, Lineage lineage, UUID id) {
    UUID organization = lineage.organization().node().id();
    return users
        .find(connection, id)
        .filter(user -> user.organizationId().equals(organization))
        .orElseThrow(() -> ApiException.notFound(Users.TYPE, id));
  }

  private static void requireVersion(@Nullable Membership old, Grant grant) {
    if (old != null) {
      Refusals.requireVersion(TYPE, grant.userId(), old.version(), grant.expectedVersion());
    } else if (grant.expectedVersion() != null) {
      throw ApiException.etagMismatch(TYPE, grant.userId(), "");
    }
  }

  /** Throws unless the caller may take a role, and the organization can be without it. */
  private void requireMayTake(
      Connection connection, Caller caller, Lineage lineage, Membership old, Instant now) {
    if (old.isLive()) {
      caller.requireRole(old.role(), lineage.ids());
    }
    if (old.ownsOrganization()) {
      members.requireOwnerBeside(connection, lineage.organization(), old.userId(), now);
    }
  }

  private Membership first(Lineage lineage, UUID userId, Role role, Instant now) {
    Membership.Place place =
        new Membership.Place(
            lineage.node().level(), lineage.node().id(), lineage.organization().node().id());
    return new Membership(ids.next(), userId, place, role, now, now, null, 1, 0);
  }

  private Outcome<Granted> store(
      Connection connection, Lineage lineage, Membership old, Membership changed) {
    store.update(connection, changed);
    return Outcome.changed(new Granted(old, lineage.ids()), new Granted(changed, lineage.ids()));
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
