package dev.latchkey.edge.credentials;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tells whether the target of a request carries a key: by the name of a parameter, or by the
 * outline of a key anywhere in it, also behind percent-encoding. URLs end up in histories,
 * referrers and proxies' logs, so a key in one is refused however good it is (BEHAVIOURS MA5). Safe
 * for use by many threads.
 */
public final class UrlKeys {
  private static final Set<String> NAMES =
      Set.of(
          "api_key",
          "apikey",
          "api-key",
          "x-api-key",
          "key",
          "access_token",
          "token",
          "authorization");

  private static final Pattern SEPARATORS = Pattern.compile("[?&;#]");

  /** As many base62 digits as make up the secret of a key, less a few: a cut key is one too. */
  private static final int SHORTEST_SECRET = 40;

  /** How often a text is decoded: proxies and careless clients encode what is encoded. */
  private static final int ROUNDS = 3;

  private UrlKeys() {}

  /**
   * Whether the target carries a key.
   *
   * @param target the request target as it came, path and query; need not be well-formed
   */
  public static boolean isIn(String target) {
    String text = target;
    for (int round = 0; round <= ROUNDS; round++) {
      if (hasOutline(text) || hasNamedParameter(text)) {
        return true;
      }
      String decoded = decode(text);
      if (decoded.equals(text)) {
        return false;
      }
      text = decoded;
    }
    return false;
  }

  private static boolean hasNamedParameter(String text) {
    boolean afterPath = false;
    for (String part : SEPARATORS.split(text, -1)) {
      int equals = part.indexOf('=');
      String name = equals < 0 ? part : part.substring(0, equals);
      if (afterPath && NAMES.contains(name.strip().toLowerCase(Locale.ROOT))) {
        return true;
      }
      afterPath = true;
    }
    return false;
  }

  /** An underscore after a letter or digit, and a secret's worth of base62 digits behind it. */
  private static boolean hasOutline(String text) {
    int digits = 0;
    boolean behindPrefix = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isBase62(c)) {
        digits++;
        if (behindPrefix && digits >= SHORTEST_SECRET) {
          return true;
        }
      } else {
        behindPrefix = c == '_' && i > 0 && isBase62(text.charAt(i - 1));
        digits = 0;
      }
    }
    return false;
  }

  private static boolean isBase62(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  /** Decodes what is well-formed and leaves the rest as it is. */
  private static String decode(String text) {
    StringBuilder decoded = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int value = c == '%' && i + 2 < text.length() ? octet(text, i + 1) : -1;
      if (value >= 0) {
        decoded.append((char) value);
        i += 2;
      } else {
        decoded.append(c == '+' ? ' ' : c);
      }
    }
    return decoded.toString();
  }

  private static int octet(String text, int at) {
    int high = Character.digit(text.charAt(at), 16);
    int low = Character.digit(text.charAt(at + 1), 16);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
  }
}
