package dev.latchkey.keys.format;

import java.util.zip.CRC32;

/**
 * Tells the text of a key from a typo: shape and checksum, without a look-up. Keeps the bytes of
 * the last text it read, so that they can be hashed without another copy. For one thread; allocates
 * nothing.
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

  /** The number of bytes of a well-formed text, or {@link #MALFORMED}. */
  public int read(String text) {
    int length = text.length();
    if (length < SHORTEST || length > KeyText.LONGEST || !copyAscii(text, length)) {
      return MALFORMED;
    }
    int hidden = length - KeyText.HIDDEN_DIGITS;
    return isPrefix(hidden) && isHiddenPart(hidden, length) ? length : MALFORMED;
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

  /** {@code [a-z][a-z0-9]{1,11}_} and then at most two more parts of {@code [a-z0-9-]}. */
  private boolean isPrefix(int end) {
    if (bytes[end - 1] != '_' || !isLetter(bytes[0])) {
      return false;
    }
    int parts = 0;
    int partLength = 0;
    for (int i = 0; i < end; i++) {
      byte character = bytes[i];
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

  private boolean isHiddenPart(int start, int end) {
    for (int i = start; i < end; i++) {
      if (!Base62.isDigit(bytes[i])) {
        return false;
      }
    }
    int checked = end - KeyText.CHECKSUM_DIGITS;
    crc.reset();
    crc.update(bytes, 0, checked);
    return Base62.equalsAt(bytes, checked, KeyText.CHECKSUM_DIGITS, crc.getValue());
  }

  private static boolean isLetter(byte character) {
    return character >= 'a' && character <= 'z';
  }
}
