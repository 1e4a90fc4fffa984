package dev.latchkey.keys.leak;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Keeps keys out of what is said about them: whoever saw one in a URL may report that URL. */
final class LeakTexts {
  private static final String REMOVED = "[key]";

  /** The outline of a key of ours; what is one by accident is removed too. */
  private static final Pattern OUTLINE =
      Pattern.compile("[a-z][a-z0-9]{1,11}_[A-Za-z0-9_-]{0,60}[A-Za-z0-9]{49}");

  private LeakTexts() {}

  /** A text without the credential it is about, and without others. */
  static String without(String credential, String text) {
    String encoded = URLEncoder.encode(credential, StandardCharsets.UTF_8);
    return OUTLINE
        .matcher(text.replace(credential, REMOVED).replace(encoded, REMOVED))
        .replaceAll(REMOVED);
  }
}
