package dev.latchkey.kit.secret;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * The text of a credential. Guarantees that no accidental path (string conversion, logging, string
 * templates, equality timing) gives the text away; only {@link #reveal} does, and calls of it are
 * few and can be found by name. Immutable and safe for use by many threads.
 */
public final class Secret {
  private static final int SHORTEST_SECRET_PART = 40;
  private static final int LONGEST_VISIBLE_PREFIX = 64;
  private static final String REDACTED = "[redacted]";

  private final String text;

  private Secret(String text) {
    this.text = text;
  }

  /** Wraps a text; any text, also an empty one. */
  public static Secret of(String text) {
    return new Secret(text);
  }

  /** The text itself. Never pass it to anything that prints, logs or stores. */
  public String reveal() {
    return text;
  }

  public boolean isEmpty() {
    return text.isEmpty();
  }

  /**
   * The visible prefix and the last four characters, {@code mk_live_…wXyZ}, where the text has the
   * outline of a key; otherwise nothing of it.
   */
  @Override
  public String toString() {
    int separator = text.lastIndexOf('_');
    boolean looksLikeKey =
        separator > 0
            && separator < LONGEST_VISIBLE_PREFIX
            && text.length() - separator > SHORTEST_SECRET_PART;
    return looksLikeKey
        ? text.substring(0, separator + 1) + "…" + text.substring(text.length() - 4)
        : REDACTED;
  }

  /** Compares in a time that does not depend on where the texts differ. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Secret secret
        && MessageDigest.isEqual(
            text.getBytes(StandardCharsets.UTF_8), secret.text.getBytes(StandardCharsets.UTF_8));
  }

  /** The same for all secrets: a hash would be a fingerprint of the text. */
  @Override
  public int hashCode() {
    return Secret.class.hashCode();
  }
}
