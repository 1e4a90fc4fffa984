package dev.latchkey.keys.decision;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a decision knows of a key's tenancy: its node with all above it, as one consistent view.
 * Levels below the key's node are null; for a key of the platform all are.
 *
 * @param standing the strictest state from the node upward
 * @param expireMillis the first millisecond after the environment's life; {@link Long#MAX_VALUE}
 *     for none
 * @param apiAccess whether the organization's plan opens anything
 */
public record Tenant(
    @Nullable Node organization,
    @Nullable Node project,
    @Nullable Node environment,
    @Nullable Node workspace,
    Standing standing,
    long expireMillis,
    boolean apiAccess) {

  /** The tenancy of a key that is bound to the deployment itself. */
  public static final Tenant PLATFORM =
      new Tenant(null, null, null, null, Standing.ACTIVE, Long.MAX_VALUE, true);

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

  /** The environment's slug, for the text of keys. */
  public Optional<String> environmentSlug() {
    return environment == null ? Optional.empty() : Optional.of(environment.slug());
  }
}
