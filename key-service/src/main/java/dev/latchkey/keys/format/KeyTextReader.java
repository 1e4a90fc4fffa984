package dev.latchkey.keys.format;

import java.util.zip.CRC32;

/**
 * Tells the text of a key from a typo: shape and checksum, without a look-up. For one thread;
 * allocates nothing.
 */
public final class KeyTextReader {
  /** The answer of {@link #read} for a text that is not one of ours. */
  public static final int MALFORMED = -1;

  private static final int SHORTEST = 2 + 1 + KeyText.HIDDEN_DIGITS;

  private final byte[] bytes = new byte[KeyText.LONGEST];
  private final CRC32 crc = new CRC32();

  /** The bytes of the text last read; the first as many as {@link #read} gave are valid. */
  public byte[] bytes() {
    return bytes;
  }

  /** The number of bytes of a well-formed text, or {@link #MALFORMED}. Keeps a copy of them. */
  public int read(String text) {
    int length = text.length();
    return length <= KeyText.LONGEST && copyAscii(text, length) && isKey(bytes, 0, length)
        ? length
        : MALFORMED;
  }

  private boolean copyAscii(String text, int length) {
    for (int i = 0; i < length; i++) {
      char character = text.charAt(i);
      if (character > 'z') {
        return false;
      }
      bytes[i] = (byte) character;
    }
    return true;
  }

  /**
   * Whether bytes are a well-formed text.
   *
   * @param from the place of its first byte
   * @param to the place behind its last
   */
  public boolean isKey(byte[] text, int from, int to) {
    int length = to - from;
    if (length < SHORTEST || length > KeyText.LONGEST) {
      return false;
    }
    int hidden = to - KeyText.HIDDEN_DIGITS;
    return isPrefix(text, from, hidden) && isHiddenPart(text, from, hidden, to);
  }

  /** {@code [a-z][a-z0-9]{1,11}_} and then at most two more parts of {@code [a-z0-9-]}. */
  private static boolean isPrefix(byte[] text, int from, int to) {
    if (text[to - 1] != '_' || !isLetter(text[from])) {
      return false;
    }
    int parts = 0;
    int partLength = 0;
    for (int i = from; i < to; i++) {
      byte character = text[i];
      if (character == '_') {
        boolean tooShort = partLength < (parts == 0 ? 2 : 1);
        boolean tooLong = parts == 0 && partLength > 12;
        parts++;
        if (tooShort || tooLong || parts > 3) {
          return false;
        }
        partLength = 0;
      } else if (isLetter(character)
          || (character >= '0' && character <= '9')
          || (character == '-' && parts > 0)) {
        partLength++;
      } else {
        return false;
      }
    }
    return true;
  }

  private boolean isHiddenPart(byte[] text, int from, int hidden, int to) {
    for (int i = hidden; i < to; i++) {
      if (!Base62.isDigit(text[i])) {
        return false;
      }
    }
    int checked = to - KeyText.CHECKSUM_DIGITS;
    crc.reset();
    crc.update(text, from, checked - from);
    return Base62.equalsAt(text, checked, KeyText.CHECKSUM_DIGITS, crc.getValue());
  }

  private static boolean isLetter(byte character) {
    return character >= 'a' && character <= 'z';
  }
}
