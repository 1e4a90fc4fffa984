package dev.latchkey.keys.store;

import dev.latchkey.keys.decision.Validity;
import dev.latchkey.keys.format.Mode;
import dev.latchkey.keys.hashing.KeyHash;
import dev.latchkey.keys.resource.ResourceGrants;
import dev.latchkey.kit.limits.RateLimit;
import dev.latchkey.kit.net.AllowedNetworks;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A key as it stands in the database. Immutable; a change makes a new one with the next version.
 *
 * @param imported whether another system has issued it
 * @param ownerUserId the member it acts for; null for a service key
 * @param scopes its own, sorted and without repeats
 * @param roles the names of its key roles, sorted and without repeats
 * @param rateLimits its own limits on the rate of calls
 * @param stored how its switch stands
 * @param ownerInactive whether its owner lost the role that covered its node, and nobody enabled it
 *     since
 * @param retireTime the end of its rotation's grace
 * @param creatorId the key it was created with; null for keys of the platform
 */
public record StoredKey(
    UUID id,
    KeyHash hash,
    boolean imported,
    Binding binding,
    @Nullable UUID ownerUserId,
    String name,
    Mode mode,
    String prefix,
    String lastCharacters,
    List<String> scopes,
    List<String> roles,
    Map<String, String> metadata,
    AllowedNetworks allowedNetworks,
    ResourceGrants resources,
    List<RateLimit> rateLimits,
    Validity.Switch stored,
    boolean ownerInactive,
    @Nullable Instant notBefore,
    @Nullable Instant expireTime,
    @Nullable Instant retireTime,
    @Nullable UUID predecessorId,
    @Nullable UUID successorId,
    @Nullable UUID creatorId,
    Optional<Revocation> revocation,
    Instant createTime,
    Instant updateTime,
    long version) {
  public StoredKey {
    scopes = List.copyOf(new TreeSet<>(scopes));
    roles = List.copyOf(new TreeSet<>(roles));
    metadata = Map.copyOf(metadata);
    rateLimits = List.copyOf(rateLimits);
  }

  /** When it may be used. */
  public Validity validity() {
    return Validity.of(stored, ownerInactive, notBefore, expireTime, retireTime);
  }

  /** What a caller must name to change exactly this version. */
  public String etag() {
    return Long.toString(version);
  }

  /** Whether another version of the key differs in nothing but the fields that count versions. */
  public boolean saysTheSameAs(StoredKey next) {
    return change(next.updateTime).build().equals(next);
  }

  /** The fields that change together with any change. */
  public Builder change(Instant now) {
    return new Builder(this, now);
  }

  /** Why and when a key was revoked. */
  public record Revocation(Reason reason, String note, Instant time) {
    /** The reasons that callers may give, and the one a rotation gives. */
    public enum Reason {
      UNUSED,
      COMPROMISED,
      ROTATED,
      OWNER_LEFT,
      OTHER
    }
  }

  /** Makes the next version of a key. For one thread. */
  public static final class Builder {
    private final StoredKey base;
    private final Instant now;
    private String name;
    private List<String> scopes;
    private List<String> roles;
    private Map<String, String> metadata;
    private AllowedNetworks allowedNetworks;
    private ResourceGrants resources;
    private List<RateLimit> rateLimits;
    private Validity.Switch stored;
    private boolean ownerInactive;
    private @Nullable Instant notBefore;
    private @Nullable Instant expireTime;
    private @Nullable Instant retireTime;
    private @Nullable UUID successorId;
    private Optional<Revocation> revocation;

    private Builder(StoredKey base, Instant now) {
      this.base = base;
      this.now = now;
      name = base.name;
      scopes = base.scopes;
      roles = base.roles;
      metadata = base.metadata;
      allowedNetworks = base.allowedNetworks;
      resources = base.resources;
      rateLimits = base.rateLimits;
      stored = base.stored;
      ownerInactive = base.ownerInactive;
      notBefore = base.notBefore;
      expireTime = base.expireTime;
      retireTime = base.retireTime;
      successorId = base.successorId;
      revocation = base.revocation;
    }

    public Builder name(String value) {
      name = value;
      return this;
    }

    public Builder scopes(List<String> value) {
      scopes = value;
      return this;
    }

    public Builder roles(List<String> value) {
      roles = value;
      return this;
    }

    public Builder metadata(Map<String, String> value) {
      metadata = value;
      return this;
    }

    public Builder allowedNetworks(AllowedNetworks value) {
      allowedNetworks = value;
      return this;
    }

    public Builder resources(ResourceGrants value) {
      resources = value;
      return this;
    }

    public Builder rateLimits(List<RateLimit> value) {
      rateLimits = value;
      return this;
    }

    public Builder disabled() {
      stored = Validity.Switch.DISABLED;
      return this;
    }

    /** Stops it for the loss of its owner's role. */
    public Builder deactivated() {
      ownerInactive = true;
      return this;
    }

    /** Lifts whatever stopped it, the loss of its owner's role too. */
    public Builder enabled() {
      stored = Validity.Switch.ACTIVE;
      ownerInactive = false;
      return this;
    }

    public Builder notBefore(@Nullable Instant value) {
      notBefore = value;
      return this;
    }

    public Builder expireTime(@Nullable Instant value) {
      expireTime = value;
      return this;
    }

    public Builder rotatedTo(UUID successor, Instant retire) {
      successorId = successor;
      retireTime = retire;
      return this;
    }

    public Builder revoked(Revocation.Reason reason, String note) {
      stored = Validity.Switch.REVOKED;
      revocation = Optional.of(new Revocation(reason, note, now));
      return this;
    }

    public StoredKey build() {
      return new StoredKey(
          base.id,
          base.hash,
          base.imported,
          base.binding,
          base.ownerUserId,
          name,
          base.mode,
          base.prefix,
          base.lastCharacters,
          scopes,
          roles,
          metadata,
          allowedNetworks,
          resources,
          rateLimits,
          stored,
          ownerInactive,
          notBefore,
          expireTime,
          retireTime,
          base.predecessorId,
          successorId,
          base.creatorId,
          revocation,
          base.createTime,
          now,
          base.version + 1);
    }
  }
}
