package dev.latchkey.keys.issuing;

import dev.latchkey.keys.resource.ResourceGrants;
import dev.latchkey.kit.limits.RateLimit;
import dev.latchkey.kit.net.AllowedNetworks;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a caller asks to change of a key.
 *
 * @param paths the fields that change; the others are ignored
 */
record KeyPatch(
    Set<String> paths,
    String name,
    List<String> scopes,
    List<String> roles,
    Map<String, String> metadata,
    @Nullable Instant notBefore,
    @Nullable Instant expireTime,
    AllowedNetworks allowedNetworks,
    ResourceGrants resources,
    List<RateLimit> rateLimits) {
  static final String NAME = "name";
  static final String SCOPES = "scopes";
  static final String ROLES = "roles";
  static final String METADATA = "metadata";
  static final String NOT_BEFORE = "not_before";
  static final String EXPIRE_TIME = "expire_time";

  static final String ALLOWED_NETWORKS = "allowed_networks";
  static final String RESOURCES = "resources";
  static final String RATE_LIMITS = "rate_limits";

  /** Every field that can change. */
  static final Set<String> KNOWN =
      Set.of(
          NAME,
          SCOPES,
          ROLES,
          METADATA,
          NOT_BEFORE,
          EXPIRE_TIME,
          ALLOWED_NETWORKS,
          RESOURCES,
          RATE_LIMITS);
}
