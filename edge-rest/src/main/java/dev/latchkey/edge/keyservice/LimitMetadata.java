package dev.latchkey.edge.keyservice;

import dev.latchkey.edge.ratelimit.RateLimitFields;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the services say of a caller's limits beside their answers: metadata that is ready to be
 * header fields. Only what is of their form is passed on.
 */
public final class LimitMetadata {
  private static final Metadata.Key<String> POLICY =
      Metadata.Key.of("ratelimit-policy", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> STATE =
      Metadata.Key.of("ratelimit", Metadata.ASCII_STRING_MARSHALLER);

  private LimitMetadata() {}

  /** What the metadata of an answer says, as header fields; null where there is none. */
  public static Map<String, String> headers(@Nullable Metadata metadata) {
    return metadata == null
        ? Map.of()
        : RateLimitFields.ofTexts(text(metadata, POLICY), text(metadata, STATE)).headers();
  }

  /** The same of a call that failed. */
  static Map<String, String> trailers(Throwable thrown) {
    return headers(Status.trailersFromThrowable(thrown));
  }

  private static String text(Metadata metadata, Metadata.Key<String> key) {
    String text = metadata.get(key);
    return text == null ? "" : text;
  }
}
