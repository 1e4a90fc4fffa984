package dev.latchkey.keys.issuing;

import dev.latchkey.keys.credits.CreditDraft;
import dev.latchkey.keys.format.Mode;
import dev.latchkey.keys.resource.ResourceGrants;
import dev.latchkey.kit.limits.RateLimit;
import dev.latchkey.kit.net.AllowedNetworks;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a caller asks a new key to be. Checked field by field before it is made.
 *
 * @param ownerUserId the member it shall act for; null where the caller does not say
 * @param serviceKey whether a member's key asks for a key without an owner
 */
record KeyDraft(
    UUID nodeId,
    String name,
    Mode mode,
    List<String> scopes,
    List<String> roles,
    @Nullable UUID ownerUserId,
    boolean serviceKey,
    Map<String, String> metadata,
    @Nullable Instant notBefore,
    @Nullable Instant expireTime,
    AllowedNetworks allowedNetworks,
    ResourceGrants resources,
    List<RateLimit> rateLimits,
    Optional<CreditDraft> credits) {}
