package dev.latchkey.edge.credentials;

import dev.latchkey.kit.secret.Secret;
import java.util.List;

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
    String found = "";
    for (int i = 0; i < apiKeys.size() + authorizations.size(); i++) {
      String text =
          i < apiKeys.size()
              ? trim(apiKeys.get(i))
              : bearer(authorizations.get(i - apiKeys.size()));
      if (!found.isEmpty() && !text.isEmpty() && !text.equals(found)) {
        return new PresentedCredential.Conflicting();
      }
      found = text.isEmpty() ? found : text;
    }
    return found.isEmpty() ? new PresentedCredential.Missing() : shaped(found);
  }

  private static PresentedCredential shaped(String text) {
    return text.length() <= LONGEST && isVisible(text)
        ? new PresentedCredential.Found(Secret.of(text))
        : new PresentedCredential.Malformed();
  }

  private static boolean isVisible(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c >= 0x7F) {
        return false;
      }
    }
    return true;
  }

  /** The token of a field with our scheme; empty for any other. */
  private static String bearer(String authorization) {
    String value = trim(authorization);
    if (!value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return "";
    }
    String rest = value.substring(SCHEME.length());
    return rest.startsWith(" ") ? trim(rest) : "";
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
