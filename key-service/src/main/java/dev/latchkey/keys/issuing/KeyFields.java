package dev.latchkey.keys.issuing;

import dev.latchkey.keys.decision.KeyState;
import dev.latchkey.keys.format.Mode;
import dev.latchkey.keys.resource.ResourceGrants;
import dev.latchkey.keys.resource.ResourcePattern;
import dev.latchkey.keys.store.StoredKey;
import dev.latchkey.kit.access.ScopeTexts;
import dev.latchkey.kit.validation.Fields;
import dev.latchkey.proto.keys.v1.KeyMode;
import dev.latchkey.proto.keys.v1.RevocationReason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the fields that only keys have. The limits are those that key_service.proto states. */
final class KeyFields {
  static final int LONGEST_NAME = 200;
  private static final int MOST_ROLES = 20;
  private static final int MOST_RESOURCES = 100;
  private static final int MOST_METADATA = 50;
  private static final int LONGEST_METADATA_VALUE = 500;
  private static final int METADATA_BYTES = 8 << 10;
  private static final Pattern METADATA_KEY = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

  private KeyFields() {}

  /** Scopes, as given. */
  static List<String> scopes(Fields in, List<String> given) {
    return ScopeTexts.granted(in, "scopes", given);
  }

  /** Names of key roles, as given. */
  static List<String> roles(Fields in, List<String> given) {
    if (given.size() > MOST_ROLES) {
      in.refuse(KeyPatch.ROLES, given.size() + " roles", "at most " + MOST_ROLES);
      return List.of();
    }
    for (int i = 0; i < given.size(); i++) {
      in.name("%s[%d]".formatted(KeyPatch.ROLES, i), given.get(i));
    }
    return List.copyOf(given);
  }

  static ResourceGrants resources(Fields in, List<String> given) {
    if (given.size() > MOST_RESOURCES) {
      in.refuse("resources", given.size() + " patterns", "at most " + MOST_RESOURCES);
      return ResourceGrants.ALL;
    }
    List<ResourcePattern> patterns = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      Optional<ResourcePattern> pattern = ResourcePattern.parse(given.get(i));
      if (pattern.isPresent()) {
        patterns.add(pattern.get());
      } else {
        in.refuse(
            "resources[%d]".formatted(i),
            Fields.echo(given.get(i)),
            "<type>:/<path>, with at most one * in a segment and one ** segment");
      }
    }
    return new ResourceGrants(patterns);
  }

  static Map<String, String> metadata(Fields in, Map<String, String> given) {
    if (given.size() > MOST_METADATA) {
      in.refuse("metadata", given.size() + " entries", "at most " + MOST_METADATA);
      return Map.of();
    }
    int bytes = 0;
    for (Map.Entry<String, String> entry : given.entrySet()) {
      String field = "metadata[" + Fields.echo(entry.getKey()) + "]";
      if (!METADATA_KEY.matcher(entry.getKey()).matches()) {
        in.refuse(field, "the key", "1 to 64 of [A-Za-z0-9_.-]");
      }
      in.optionalText(field, entry.getValue(), LONGEST_METADATA_VALUE);
      bytes += entry.getKey().length();
      bytes += entry.getValue().getBytes(StandardCharsets.UTF_8).length;
    }
    if (bytes > METADATA_BYTES) {
      in.refuse("metadata", bytes + " bytes", "at most " + METADATA_BYTES);
    }
    return given;
  }

  static Mode mode(Fields in, KeyMode mode) {
    return switch (in.known("mode", mode)) {
      case KEY_MODE_TEST -> Mode.TEST;
      case KEY_MODE_LIVE, KEY_MODE_UNSPECIFIED, UNRECOGNIZED -> Mode.LIVE;
    };
  }

  static Optional<KeyState> state(Fields in, dev.latchkey.proto.keys.v1.KeyState state) {
    return switch (in.known("state", state)) {
      case KEY_STATE_ACTIVE -> Optional.of(KeyState.ACTIVE);
      case KEY_STATE_DISABLED -> Optional.of(KeyState.DISABLED);
      case KEY_STATE_REVOKED -> Optional.of(KeyState.REVOKED);
      case KEY_STATE_EXPIRED -> Optional.of(KeyState.EXPIRED);
      case KEY_STATE_PENDING -> Optional.of(KeyState.PENDING);
      case KEY_STATE_OWNER_INACTIVE -> Optional.of(KeyState.OWNER_INACTIVE);
      case KEY_STATE_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
    };
  }

  static StoredKey.Revocation.Reason revocationReason(Fields in, RevocationReason reason) {
    return switch (in.known("reason", reason)) {
      case REVOCATION_REASON_UNUSED -> StoredKey.Revocation.Reason.UNUSED;
      case REVOCATION_REASON_COMPROMISED -> StoredKey.Revocation.Reason.COMPROMISED;
      case REVOCATION_REASON_ROTATED -> StoredKey.Revocation.Reason.ROTATED;
      case REVOCATION_REASON_OWNER_LEFT -> StoredKey.Revocation.Reason.OWNER_LEFT;
      case REVOCATION_REASON_OTHER, UNRECOGNIZED -> StoredKey.Revocation.Reason.OTHER;
      case REVOCATION_REASON_UNSPECIFIED -> {
        in.refuse("reason", "missing", "a reason");
        yield StoredKey.Revocation.Reason.OTHER;
      }
    };
  }

  /** A key that ends before it begins could never be used. */
  static void order(Fields in, @Nullable Instant notBefore, @Nullable Instant expireTime) {
    if (notBefore != null && expireTime != null && !notBefore.isBefore(expireTime)) {
      in.refuse("expire_time", expireTime.toString(), "after not_before, " + notBefore);
    }
  }
}
