package dev.latchkey.keys.authenticate;

import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Texts that come with one request after the other: each is made a string, and looked at, once for
 * as long as no other takes its place. For one thread.
 */
final class RecurringTexts {
  private static final int PLACES = 64;

  private final Predicate<String> shape;
  private final @Nullable String[] texts = new String[PLACES];

  /**
   * @param shape of the texts that there may be
   */
  RecurringTexts(Predicate<String> shape) {
    this.shape = shape;
  }

  /**
   * Finds a text.
   *
   * @param bytes those of a text of plain ASCII
   * @param from the place of its first
   * @param to the place behind its last
   * @return null for a text of another shape
   */
  @Nullable String find(byte[] bytes, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + bytes[i];
    }
    int place = (hash ^ hash >>> 16) & (PLACES - 1);
    String known = texts[place];
    if (known != null && isOf(known, bytes, from, to)) {
      return known;
    }
    String text = new String(bytes, from, to - from, StandardCharsets.US_ASCII);
    if (!shape.test(text)) {
      return null;
    }
    texts[place] = text;
    return text;
  }

  private static boolean isOf(String text, byte[] bytes, int from, int to) {
    int length = text.length();
    if (length != to - from) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (text.charAt(i) != bytes[from + i]) {
        return false;
      }
    }
    return true;
  }
}
