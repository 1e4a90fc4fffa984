package dev.latchkey.keys.limits;

import dev.latchkey.kit.limits.RateLimit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A limit that holds for a key, and where it is counted. Two are equal if they are counted
 * together: for the same place and by the same name, however much may be taken. Safe for use by
 * many threads.
 */
public final class AppliedLimit extends LastRound {
  /** Whose calls are counted together. */
  enum Scope {
    /** Those of one key. */
    KEY,
    /** Those of all keys below a node. */
    NODE,
    /** Those of all keys of one organization, for a shared limit of its plan. */
    PLAN
  }

  private final RateLimit limit;
  private final Scope scope;
  private final UUID id;

  /**
   * @param id the key, the node it is set on, or the organization whose plan has it
   */
  AppliedLimit(RateLimit limit, Scope scope, UUID id) {
    this.limit = limit;
    this.scope = scope;
    this.id = id;
  }

  public RateLimit limit() {
    return limit;
  }

  Scope scope() {
    return scope;
  }

  UUID id() {
    return id;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AppliedLimit applied
        && applied.id.equals(id)
        && applied.scope == scope
        && applied.limit.name().equals(limit.name());
  }

  @Override
  public int hashCode() {
    return 31 * (31 * id.hashCode() + scope.hashCode()) + limit.name().hashCode();
  }

  @Override
  public String toString() {
    return limit + " counted by " + scope + " " + id;
  }
}
