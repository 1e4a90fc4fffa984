package dev.latchkey.kit.access;

import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.errors.v1.ErrorReason;
import io.grpc.Metadata;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The {@code authorization: Bearer …} entry of a call (RFC 6750, section 2.1). */
public final class BearerTokens {
  /** The metadata entry. */
  public static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private static final String SCHEME = "bearer ";

  private BearerTokens() {}

  /** The credential of a call. Throws {@code CREDENTIAL_MISSING} where there is none. */
  public static Secret require(Metadata headers) {
    return require(headers.get(AUTHORIZATION));
  }

  /** The credential in the value of an authorization entry. */
  public static Secret require(@Nullable String authorization) {
    if (authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      String token = authorization.substring(SCHEME.length()).strip();
      if (!token.isEmpty()) {
        return Secret.of(token);
      }
    }
    throw ApiException.of(
        ErrorReason.ERROR_REASON_CREDENTIAL_MISSING,
        "The call needs a key: metadata entry authorization: Bearer <key>.",
        Map.of());
  }
}
