package dev.latchkey.harness.attack;

import dev.latchkey.kit.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.CRC32;

/** Texts that are no keys. */
public final class Texts {
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int SECRET_DIGITS = 43;
  private static final int CHECKSUM_DIGITS = 6;

  private Texts() {}

  /** Something that is not even shaped like a key. */
  public static String garbage() {
    return random(ThreadLocalRandom.current().nextInt(1, 200));
  }

  /**
   * A text with the shape and the checksum of a key that nobody has.
   *
   * @param like a key's text: what comes before its last underscore is taken over
   */
  public static String wellFormed(Secret like) {
    String text = like.reveal();
    // 256 bits do not fill 43 digits: the first one stays small.
    String body = text.substring(0, text.lastIndexOf('_') + 1) + "0" + random(SECRET_DIGITS - 1);
    CRC32 crc = new CRC32();
    crc.update(body.getBytes(StandardCharsets.US_ASCII));
    return body + base62(crc.getValue());
  }

  private static String random(int length) {
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(DIGITS.charAt(ThreadLocalRandom.current().nextInt(DIGITS.length())));
    }
    return text.toString();
  }

  private static String base62(long value) {
    char[] digits = new char[CHECKSUM_DIGITS];
    long rest = value;
    for (int i = CHECKSUM_DIGITS - 1; i >= 0; i--) {
      digits[i] = DIGITS.charAt((int) (rest % DIGITS.length()));
      rest /= DIGITS.length();
    }
    return new String(digits);
  }
}
