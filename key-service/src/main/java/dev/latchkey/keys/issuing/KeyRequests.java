package dev.latchkey.keys.issuing;

import dev.latchkey.keys.decision.KeyState;
import dev.latchkey.keys.resource.ResourceGrants;
import dev.latchkey.keys.store.KeyFilter;
import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.limits.RateLimit;
import dev.latchkey.kit.limits.RateLimits;
import dev.latchkey.kit.net.AllowedNetworks;
import dev.latchkey.kit.validation.Fields;
import dev.latchkey.proto.keys.v1.CreateKeyRequest;
import dev.latchkey.proto.keys.v1.ListKeysRequest;
import dev.latchkey.proto.keys.v1.UpdateKeyRequest;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads what the larger requests ask for. */
final class KeyRequests {
  static final String OWNER_USER_ID = "owner_user_id";
  private static final int LONGEST_PREFIX = 100;
  private static final int LAST_CHARACTERS = 4;

  private KeyRequests() {}

  static KeyDraft draft(Fields in, CreateKeyRequest request, Instant now) {
    UUID nodeId = in.id("node_id", request.getNodeId());
    String name = in.text("name", request.getName(), KeyFields.LONGEST_NAME);
    Instant notBefore =
        in.optionalTime("not_before", request.hasNotBefore(), request.getNotBefore());
    Instant expireTime =
        in.optionalFutureTime("expire_time", request.hasExpireTime(), request.getExpireTime(), now);
    KeyFields.order(in, notBefore, expireTime);
    UUID owner = in.optionalId(OWNER_USER_ID, request.getOwnerUserId());
    if (owner != null && request.getServiceKey()) {
      in.refuse(
          "service_key", "set with owner_user_id", "one of the two: service keys have no owner");
    }
    return new KeyDraft(
        nodeId,
        name,
        KeyFields.mode(in, request.getMode()),
        KeyFields.scopes(in, request.getScopesList()),
        KeyFields.roles(in, request.getRolesList()),
        owner,
        request.getServiceKey(),
        KeyFields.metadata(in, request.getMetadataMap()),
        notBefore,
        expireTime,
        in.networks(KeyPatch.ALLOWED_NETWORKS, request.getAllowedNetworksList()),
        KeyFields.resources(in, request.getResourcesList()),
        RateLimits.readOfKey(in, KeyPatch.RATE_LIMITS, request.getRateLimitsList()),
        CreditRequests.draft(in, request.hasCredits(), request.getCredits()));
  }

  static KeyPatch patch(Fields in, UpdateKeyRequest request, Set<String> paths, Instant now) {
    String name = "";
    if (paths.contains(KeyPatch.NAME)) {
      name = in.text(KeyPatch.NAME, request.getName(), KeyFields.LONGEST_NAME);
    }
    List<String> scopes = List.of();
    if (paths.contains(KeyPatch.SCOPES)) {
      scopes = KeyFields.scopes(in, request.getScopesList());
    }
    List<String> roles = List.of();
    if (paths.contains(KeyPatch.ROLES)) {
      roles = KeyFields.roles(in, request.getRolesList());
    }
    Map<String, String> metadata = Map.of();
    if (paths.contains(KeyPatch.METADATA)) {
      metadata = KeyFields.metadata(in, request.getMetadataMap());
    }
    @Nullable Instant notBefore = null;
    if (paths.contains(KeyPatch.NOT_BEFORE)) {
      notBefore =
          in.optionalTime(KeyPatch.NOT_BEFORE, request.hasNotBefore(), request.getNotBefore());
    }
    @Nullable Instant expireTime = null;
    if (paths.contains(KeyPatch.EXPIRE_TIME)) {
      expireTime =
          in.optionalFutureTime(
              KeyPatch.EXPIRE_TIME, request.hasExpireTime(), request.getExpireTime(), now);
    }
    AllowedNetworks networks =
        paths.contains(KeyPatch.ALLOWED_NETWORKS)
            ? in.networks(KeyPatch.ALLOWED_NETWORKS, request.getAllowedNetworksList())
            : AllowedNetworks.ALL;
    ResourceGrants resources =
        paths.contains(KeyPatch.RESOURCES)
            ? KeyFields.resources(in, request.getResourcesList())
            : ResourceGrants.ALL;
    List<RateLimit> rateLimits =
        paths.contains(KeyPatch.RATE_LIMITS)
            ? RateLimits.readOfKey(in, KeyPatch.RATE_LIMITS, request.getRateLimitsList())
            : List.of();
    return new KeyPatch(
        paths,
        name,
        scopes,
        roles,
        metadata,
        notBefore,
        expireTime,
        networks,
        resources,
        rateLimits);
  }

  /** The filter of a list, but for the node it looks in. */
  static KeyFilter filter(Fields in, ListKeysRequest request) {
    Optional<KeyState> state = KeyFields.state(in, request.getState());
    String lastCharacters = request.getLastCharacters();
    if (!lastCharacters.isEmpty() && lastCharacters.length() != LAST_CHARACTERS) {
      in.refuse(
          "last_characters", lastCharacters.length() + " characters", LAST_CHARACTERS + " or none");
    }
    if (request.getIncludeDescendants() && request.getNodeId().isEmpty()) {
      in.refuse(
          "include_descendants", "set without node_id", "node_id, or neither: all are listed");
    }
    return new KeyFilter(
        Optional.empty(),
        request.getIncludeDescendants(),
        in.optionalId(OWNER_USER_ID, request.getOwnerUserId()),
        new KeyFilter.All(),
        state,
        in.optionalText("name_contains", request.getNameContains(), KeyFields.LONGEST_NAME),
        in.optionalText("prefix", request.getPrefix(), LONGEST_PREFIX),
        in.optionalText("last_characters", lastCharacters, LAST_CHARACTERS));
  }

  /** What a page token holds for: this caller and these filters, whatever the page. */
  static String pageBinding(Caller caller, ListKeysRequest request) {
    ListKeysRequest filters = request.toBuilder().clearPageToken().clearPageSize().build();
    return "ListKeys "
        + caller.keyId()
        + " "
        + Base64.getEncoder().encodeToString(filters.toByteArray());
  }
}
