package dev.latchkey.keys.limits;

import dev.latchkey.kit.secret.Secret;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where Redis is: one server, a master that Sentinels know, or a Cluster. Its text shows hosts and
 * ports only. Immutable.
 */
public final class RedisAddress {
  /** What is accepted, in words. */
  static final String FORMS =
      "redis://host:6379, rediss://host:6379, redis-sentinel://host:26379,host:26379#master, or"
          + " several redis:// of a Cluster, by commas";

  private static final Pattern NEXT = Pattern.compile(",(?=rediss?://)");
  private static final Pattern SINGLE = Pattern.compile("rediss?://[^,#\\s]+");
  private static final Pattern SENTINEL = Pattern.compile("rediss?-sentinel://[^#\\s]+#[^\\s]+");
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final List<RedisURI> uris;

  private RedisAddress(List<RedisURI> uris) {
    this.uris = uris;
  }

  /**
   * Reads an address.
   *
   * @throws IllegalArgumentException if it is none; the message does not repeat it
   */
  static RedisAddress parse(Secret text) {
    String given = text.reveal();
    List<String> parts =
        SENTINEL.matcher(given).matches() ? List.of(given) : List.of(NEXT.split(given));
    return new RedisAddress(parts.stream().map(RedisAddress::uri).toList());
  }

  private static RedisURI uri(String part) {
    if (!SINGLE.matcher(part).matches() && !SENTINEL.matcher(part).matches()) {
      throw new IllegalArgumentException("not the address of a Redis");
    }
    RedisURI uri;
    try {
      uri = RedisURI.create(part);
    } catch (IllegalArgumentException e) {
      // Without the cause: its message holds the text, and the text may hold a password.
      throw new IllegalArgumentException("not the address of a Redis");
    }
    uri.setTimeout(PATIENCE);
    uri.getSentinels().forEach(sentinel -> sentinel.setTimeout(PATIENCE));
    return uri;
  }

  /** Whether it is a Cluster. */
  boolean isCluster() {
    return uris.size() > 1;
  }

  /** The server or the Sentinels' master; of a Cluster, the servers to ask for the others. */
  List<RedisURI> uris() {
    return uris;
  }

  @Override
  public String toString() {
    return uris.stream().map(RedisAddress::shown).collect(Collectors.joining(","));
  }

  private static String shown(RedisURI uri) {
    return uri.getSentinels().isEmpty()
        ? uri.getHost() + ":" + uri.getPort()
        : uri.getSentinels().stream().map(RedisAddress::shown).collect(Collectors.joining(","))
            + "#"
            + uri.getSentinelMasterId();
  }
}
