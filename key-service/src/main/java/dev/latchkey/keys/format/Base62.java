package dev.latchkey.keys.format;

import java.math.BigInteger;

/** Digits {@code 0-9A-Za-z}, most significant first. */
final class Base62 {
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final BigInteger BASE = BigInteger.valueOf(62);

  /** Which bytes are digits: a key has 49, and to look is less than to compare with six bounds. */
  private static final boolean[] IS_DIGIT = new boolean[1 << Byte.SIZE];

  static {
    for (int i = 0; i < DIGITS.length(); i++) {
      IS_DIGIT[DIGITS.charAt(i)] = true;
    }
  }

  private Base62() {}

  /** An unsigned big-endian number, padded with zeros to a number of digits. */
  static String encode(byte[] number, int digits) {
    char[] text = new char[digits];
    BigInteger rest = new BigInteger(1, number);
    for (int i = digits - 1; i >= 0; i--) {
      BigInteger[] parts = rest.divideAndRemainder(BASE);
      text[i] = DIGITS.charAt(parts[1].intValue());
      rest = parts[0];
    }
    if (rest.signum() != 0) {
      throw new IllegalArgumentException("the number needs more than " + digits + " digits");
    }
    return new String(text);
  }

  static boolean isDigit(byte character) {
    return IS_DIGIT[Byte.toUnsignedInt(character)];
  }

  /** Whether the digits at an offset are those of a 32-bit number, padded with zeros. */
  static boolean equalsAt(byte[] text, int offset, int digits, long number) {
    long rest = number;
    for (int i = offset + digits - 1; i >= offset; i--) {
      if (text[i] != DIGITS.charAt((int) (rest % 62))) {
        return false;
      }
      rest /= 62;
    }
    return rest == 0;
  }
}
