package dev.latchkey.kit.grpc;

import io.grpc.Context;
import io.grpc.Metadata;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The id by which one request is found in every log: the caller's {@code x-request-id} where it has
 * the shape of one, a new one otherwise.
 */
public final class RequestIds {
  /** The metadata entry and HTTP header. */
  public static final String HEADER = "x-request-id";

  /** The same, for gRPC. */
  public static final Metadata.Key<String> METADATA =
      Metadata.Key.of(HEADER, Metadata.ASCII_STRING_MARSHALLER);

  static final Context.Key<String> KEY = Context.key(HEADER);

  private static final long VERSION_BITS = 0xF000L;
  private static final long VERSION_4 = 0x4000L;
  private static final long VARIANT_BITS = 0xC000_0000_0000_0000L;
  private static final long VARIANT_2 = 0x8000_0000_0000_0000L;

  private static final int LONGEST = 64;

  private RequestIds() {}

  /** The id of a call with these headers. */
  public static String of(Metadata headers) {
    return orNew(headers.get(METADATA));
  }

  /** The given id if it has the shape of one, otherwise a new one. */
  public static String orNew(@Nullable String given) {
    return given != null && isId(given) ? given : fresh();
  }

  /** The given id if it has the shape of one, otherwise another. */
  public static String or(String given, String other) {
    return isId(given) ? given : other;
  }

  private static boolean isId(String text) {
    if (text.isEmpty() || text.length() > LONGEST) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean fits =
          (c >= 'a' && c <= 'z')
              || (c >= '0' && c <= '9')
              || (c >= 'A' && c <= 'Z')
              || c == '-'
              || c == '_'
              || c == '.';
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  /** Unlike others, and no secret: what a secure generator costs would be for nothing. */
  private static String fresh() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long high = (random.nextLong() & ~VERSION_BITS) | VERSION_4;
    long low = (random.nextLong() & ~VARIANT_BITS) | VARIANT_2;
    return new UUID(high, low).toString();
  }

  /** The id of the call this thread works on; empty outside of one. */
  public static String current() {
    String id = KEY.get();
    return id == null ? "" : id;
  }
}
