package dev.latchkey.harness.kit;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.zip.CRC32;

/** Makes texts that have the shape of keys and were never issued, as an attacker can. */
public final class KeyText {
  static final int CHECKSUM_DIGITS = 6;

  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int SECRET_DIGITS = 43;
  private static final SecureRandom RANDOM = new SecureRandom();

  private KeyText() {}

  /** A text with this visible prefix, a random secret and the right checksum. */
  public static String neverIssued(String visiblePrefix) {
    StringBuilder text = new StringBuilder(visiblePrefix);
    // 256 bits do not fill 43 digits: the first one stays small.
    text.append(DIGITS.charAt(RANDOM.nextInt(10)));
    for (int i = 1; i < SECRET_DIGITS; i++) {
      text.append(DIGITS.charAt(RANDOM.nextInt(DIGITS.length())));
    }
    return text + checksum(text.toString());
  }

  private static String checksum(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.US_ASCII));
    StringBuilder digits = new StringBuilder();
    long rest = crc.getValue();
    for (int i = 0; i < CHECKSUM_DIGITS; i++) {
      digits.insert(0, DIGITS.charAt((int) (rest % DIGITS.length())));
      rest /= DIGITS.length();
    }
    return digits.toString();
  }
}
