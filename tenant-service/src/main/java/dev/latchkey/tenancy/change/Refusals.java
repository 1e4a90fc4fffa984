package dev.latchkey.tenancy.change;

import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.proto.errors.v1.ErrorReason;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The refusals that writes of every kind of resource share. */
public final class Refusals {
  private Refusals() {}

  /**
   * Throws {@code ETAG_MISMATCH} unless the resource still has the version the caller expects.
   *
   * @param expected null if the caller does not mind
   */
  public static void requireVersion(String type, UUID id, long current, @Nullable Long expected) {
    if (expected != null && expected != current) {
      throw ApiException.etagMismatch(type, id, Long.toString(current));
    }
  }

  /** A live sibling has the slug. */
  public static ApiException slugTaken(String type, String slug) {
    return ApiException.of(
        ErrorReason.ERROR_REASON_SLUG_TAKEN,
        "slug: \"%s\" is taken (expected: a slug that no other live %s here has)"
            .formatted(slug, type),
        Map.of("resource_type", type, "slug", slug));
  }

  /**
   * The change cannot be made any more.
   *
   * @param type the type of what is deleted or expired: the thing itself or one above it
   */
  public static ApiException notLive(String type, UUID id) {
    return ApiException.of(
        ErrorReason.ERROR_REASON_NODE_NOT_LIVE,
        "The %s %s is deleted or has expired, which is final.".formatted(type, id),
        Map.of("resource_type", type, "resource_id", id.toString()));
  }
}
