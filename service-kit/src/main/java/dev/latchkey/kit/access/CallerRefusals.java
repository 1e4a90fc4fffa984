package dev.latchkey.kit.access;

import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.proto.errors.v1.ErrorReason;
import java.util.Map;

/** What a caller reads whose key does not open the call. */
public final class CallerRefusals {
  private CallerRefusals() {}

  /** One answer for every key that opens nothing: nobody learns whether it ever did. */
  public static ApiException invalid() {
    return ApiException.of(
        ErrorReason.ERROR_REASON_CREDENTIAL_INVALID, "The key is not valid.", Map.of());
  }

  /**
   * The key is good, but something stops it.
   *
   * @param reason the name of the denial reason, without prefix
   */
  public static ApiException denied(String reason) {
    return ApiException.of(
        ErrorReason.ERROR_REASON_CREDENTIAL_DENIED,
        "The key is stopped by its tenancy or its plan.",
        Map.of("denial_reason", reason));
  }
}
