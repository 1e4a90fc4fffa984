package dev.latchkey.edge.credentials;

import dev.latchkey.kit.secret.Secret;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads the credential of a request from its {@code X-API-Key} and {@code Authorization: Bearer}
 * fields. Guarantees that a request which carries two different credentials gets neither of them
 * used. Safe for use by many threads.
 *
 * <p>The scheme's name is case-insensitive and is followed by at least one space (RFC 9110, section
 * 11.4). The token may hold any visible ASCII, which is wider than RFC 6750's {@code b64token}:
 * keys imported from other systems must read the same in both fields.
 */
public final class CredentialReader {
  /** The longest credential in characters; ours have about 90, imported ones may be longer. */
  public static final int LONGEST = 512;

  private static final String SCHEME = "Bearer";

  private CredentialReader() {}

  /**
   * The credential of a request.
   *
   * @param apiKeys the value of each {@code X-API-Key} field
   * @param authorizations the value of each {@code Authorization} field
   */
  public static PresentedCredential read(List<String> apiKeys, List<String> authorizations) {
    List<String> texts =
        Stream.concat(
                apiKeys.stream().map(CredentialReader::trim),
                authorizations.stream().flatMap(value -> bearer(value).stream()))
            .filter(text -> !text.isEmpty())
            .distinct()
            .toList();
    return switch (texts.size()) {
      case 0 -> new PresentedCredential.Missing();
      case 1 -> shaped(texts.getFirst());
      default -> new PresentedCredential.Conflicting();
    };
  }

  private static PresentedCredential shaped(String text) {
    boolean fits = text.length() <= LONGEST && text.chars().allMatch(c -> c > ' ' && c < 0x7F);
    return fits
        ? new PresentedCredential.Found(Secret.of(text))
        : new PresentedCredential.Malformed();
  }

  private static Optional<String> bearer(String authorization) {
    String value = trim(authorization);
    if (!value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return Optional.empty();
    }
    String rest = value.substring(SCHEME.length());
    return rest.startsWith(" ") ? Optional.of(trim(rest)) : Optional.empty();
  }

  /** Without the spaces and tabs around it: RFC 9110's optional white space. */
  private static String trim(String value) {
    int start = 0;
    int end = value.length();
    while (start < end && isBlank(value.charAt(start))) {
      start++;
    }
    while (start < end && isBlank(value.charAt(end - 1))) {
      end--;
    }
    return value.substring(start, end);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }
}
