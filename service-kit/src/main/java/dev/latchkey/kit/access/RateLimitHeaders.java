package dev.latchkey.kit.access;

import io.grpc.Metadata;
import java.time.Duration;
import java.util.Locale;

/**
 * What a caller reads of the limit that its call drew from, ready to be HTTP headers as in
 * draft-ietf-httpapi-ratelimit-headers. Times are whole seconds, rounded up.
 *
 * @param policy what may be taken, {@code "management";q=180;w=60}
 * @param limit what is left, {@code "management";r=179;t=60}
 */
public record RateLimitHeaders(String policy, String limit) {
  /** The name of the entry for {@code policy}. */
  public static final Metadata.Key<String> POLICY =
      Metadata.Key.of("ratelimit-policy", Metadata.ASCII_STRING_MARSHALLER);

  /** The name of the entry for {@code limit}. */
  public static final Metadata.Key<String> LIMIT =
      Metadata.Key.of("ratelimit", Metadata.ASCII_STRING_MARSHALLER);

  /**
   * The headers for a limit as it stands.
   *
   * @param name of {@code [a-z0-9_-]}
   */
  public static RateLimitHeaders of(
      String name, long amount, Duration window, long remaining, Duration resetAfter) {
    return new RateLimitHeaders(
        String.format(Locale.ROOT, "\"%s\";q=%d;w=%d", name, amount, seconds(window)),
        String.format(Locale.ROOT, "\"%s\";r=%d;t=%d", name, remaining, seconds(resetAfter)));
  }

  private static long seconds(Duration duration) {
    return duration.getSeconds() + (duration.getNano() > 0 ? 1 : 0);
  }

  /** Puts both into headers or trailers. */
  void addTo(Metadata metadata) {
    metadata.put(POLICY, policy);
    metadata.put(LIMIT, limit);
  }
}
