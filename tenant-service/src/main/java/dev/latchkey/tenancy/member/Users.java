package dev.latchkey.tenancy.member;

import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.access.Role;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.id.Uuid7;
import dev.latchkey.kit.paging.Page;
import dev.latchkey.tenancy.change.Outcome;
import dev.latchkey.tenancy.change.Refusals;
import dev.latchkey.tenancy.node.Level;
import dev.latchkey.tenancy.node.Lineage;
import dev.latchkey.tenancy.node.NodeStore;
import dev.latchkey.tenancy.plan.Ceiling;
import dev.latchkey.tenancy.plan.Ceilings;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What can be done with users. Every method works in the transaction of its connection and for one
 * caller: the users of an organization whose node the caller does not reach are {@code NOT_FOUND}.
 * Refusals are {@link ApiException}s.
 */
@Singleton
public final class Users {
  /** What refusals call one. */
  public static final String TYPE = "user";

  private static final String ORGANIZATION = Level.ORGANIZATION.typeName();

  private final UserStore store;
  private final MembershipStore memberships;
  private final OrganizationMembers members;
  private final Ceilings ceilings;
  private final NodeStore nodes;
  private final Uuid7 ids;
  private final InstantSource clock;

  Users(
      UserStore store,
      MembershipStore memberships,
      OrganizationMembers members,
      Ceilings ceilings,
      NodeStore nodes,
      Uuid7 ids,
      InstantSource clock) {
    this.store = store;
    this.memberships = memberships;
    this.members = members;
    this.ceilings = ceilings;
    this.nodes = nodes;
    this.ids = ids;
    this.clock = clock;
  }

  /**
   * Creates a user; the one place where an organization gets one more, with the organization locked
   * against all other changes of its members. Throws {@code NOT_FOUND} for the organization, {@code
   * NODE_NOT_LIVE}, {@code PLAN_CEILING_REACHED}, {@code USER_FIELD_TAKEN}.
   */
  public Outcome<User> create(
      Connection connection, Caller caller, UUID organizationId, User.Settings settings) {
    Instant now = now();
    Lineage organization =
        members
            .lock(connection, organizationId)
            .orElseThrow(() -> ApiException.notFound(ORGANIZATION, organizationId));
    caller.requireReach(organization.ids(), ORGANIZATION, organizationId);
    organization.requireLive(now);
    ceilings.requireRoom(connection, organizationId, Ceiling.MEMBERS);
    User user = new User(ids.next(), organizationId, settings, now, now, null, 1, 0);
    store.insert(connection, user);
    return Outcome.created(user);
  }

  /** A user, live or deleted. */
  public User get(Connection connection, Caller caller, UUID id) {
    User user = store.find(connection, id).orElseThrow(() -> ApiException.notFound(TYPE, id));
    caller.requireReach(List.of(user.organizationId()), TYPE, id);
    return user;
  }

  /** A page of an organization's users, oldest first. */
  public Page<User> list(Connection connection, Caller caller, UserStore.Query query) {
    UUID id = query.organizationId();
    Lineage organization =
        nodes
            .lineage(connection, id)
            .filter(lineage -> lineage.node().level() == Level.ORGANIZATION)
            .orElseThrow(() -> ApiException.notFound(ORGANIZATION, id));
    caller.requireReach(organization.ids(), ORGANIZATION, id);
    return Page.of(store.list(connection, query), query.size(), User::id);
  }

  /**
   * Changes a user's settings. Throws {@code NODE_NOT_LIVE} for a deleted one and in an
   * organization that is not live, {@code ROLE_INSUFFICIENT} for one with a higher role than the
   * caller's, {@code USER_FIELD_TAKEN}.
   */
  public Outcome<User> update(
      Connection connection,
      Caller caller,
      UUID id,
      @Nullable Long expectedVersion,
      UnaryOperator<User.Settings> change) {
    Instant now = now();
    Lineage organization = lock(connection, caller, id);
    User user = current(connection, id, expectedVersion);
    organization.requireLive(now);
    if (!user.isLive()) {
      throw Refusals.notLive(TYPE, id);
    }
    members.requireNoHigherRole(connection, caller, id);
    User.Settings changed = change.apply(user.settings());
    return changed.equals(user.settings())
        ? Outcome.unchanged(user)
        : store(connection, user, user.with(changed, now));
  }

  /**
   * Deletes a user and takes all their roles; one that is deleted stays as it is. Throws {@code
   * ROLE_INSUFFICIENT} for one with a higher role than the caller's, {@code LAST_OWNER}.
   */
  public Outcome<User> delete(
      Connection connection, Caller caller, UUID id, @Nullable Long expectedVersion) {
    Instant now = now();
    Lineage organization = lock(connection, caller, id);
    User user = current(connection, id, expectedVersion);
    if (!user.isLive()) {
      return Outcome.unchanged(user);
    }
    members.requireNoHigherRole(connection, caller, id);
    if (memberships.roles(connection, id).get(user.organizationId()) == Role.OWNER) {
      members.requireOwnerBeside(connection, organization, id, now);
    }
    memberships.endAll(connection, id, now);
    return store(connection, user, user.deleted(now));
  }

  /** Locks the members of a user's organization. */
  private Lineage lock(Connection connection, Caller caller, UUID id) {
    return members.lock(connection, get(connection, caller, id).organizationId()).orElseThrow();
  }

  /** The user as they stand under the lock. */
  private User current(Connection connection, UUID id, @Nullable Long expectedVersion) {
    User user = store.find(connection, id).orElseThrow();
    Refusals.requireVersion(TYPE, id, user.version(), expectedVersion);
    return user;
  }

  private Outcome<User> store(Connection connection, User user, User changed) {
    store.update(connection, changed);
    return Outcome.changed(user, changed);
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
