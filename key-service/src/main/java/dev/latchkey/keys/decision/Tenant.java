package dev.latchkey.keys.decision;

import dev.latchkey.kit.net.Address;
import dev.latchkey.kit.net.AllowedNetworks;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a decision knows of a key's tenancy: its node with all above it, as one consistent view.
 * Levels below the key's node are null; for a key of the platform all are.
 *
 * @param standing the strictest state from the node upward
 * @param expireMillis the first millisecond after the environment's life; {@link Long#MAX_VALUE}
 *     for none
 * @param apiAccess whether the organization's plan opens anything
 * @param scopes what the project says of its keys' scopes
 * @param allowedNetworks the restrictions of the nodes that have one; each must allow the client
 * @param rateLimits the limits of the nodes that set some, the nearest first, and then the plan's
 */
public record Tenant(
    @Nullable Node organization,
    @Nullable Node project,
    @Nullable Node environment,
    @Nullable Node workspace,
    Standing standing,
    long expireMillis,
    boolean apiAccess,
    ScopePolicy scopes,
    List<AllowedNetworks> allowedNetworks,
    List<SetLimits> rateLimits) {

  /** The tenancy of a key that is bound to the deployment itself. */
  public static final Tenant PLATFORM =
      new Tenant(
          null,
          null,
          null,
          null,
          Standing.ACTIVE,
          Long.MAX_VALUE,
          true,
          ScopePolicy.NONE,
          List.of(),
          List.of());

  public Tenant {
    allowedNetworks = List.copyOf(allowedNetworks);
    rateLimits = List.copyOf(rateLimits);
  }

  /** One level. */
  public record Node(UUID id, String slug, String displayName) {}

  /** The states of a tenancy node, the strictest last. */
  public enum Standing {
    ACTIVE,
    SUSPENDED,
    DELETED;

    /** The stricter of two. */
    public Standing or(Standing other) {
      return compareTo(other) >= 0 ? this : other;
    }
  }

  /** The standing at a moment: an environment whose time has passed counts as deleted. */
  public Standing standingAt(long now) {
    return now >= expireMillis ? Standing.DELETED : standing;
  }

  /** Whether any node restricts its clients. */
  public boolean restrictsNetworks() {
    return !allowedNetworks.isEmpty();
  }

  /** Whether every node that restricts its clients allows this one; null is an unknown address. */
  public boolean allows(@Nullable Address client) {
    for (int i = 0; i < allowedNetworks.size(); i++) {
      if (!allowedNetworks.get(i).allow(client)) {
        return false;
      }
    }
    return true;
  }

  /** The ids from the organization down to the key's node; none for a key of the platform. */
  public List<UUID> lineage() {
    return Stream.of(organization, project, environment, workspace)
        .filter(Objects::nonNull)
        .map(Node::id)
        .toList();
  }

  /** The nodes, from the key's own to the organization. */
  public List<Node> upward() {
    return Stream.of(workspace, environment, project, organization)
        .flatMap(Stream::ofNullable)
        .toList();
  }

  /** The environment's slug, for the text of keys. */
  public Optional<String> environmentSlug() {
    return environment == null ? Optional.empty() : Optional.of(environment.slug());
  }
}
