package dev.latchkey.keys.authenticate;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.util.UUID;

/**
 * The text of an id, written without making a string of it: it is in every answer. Eight digits are
 * made at once, each a byte of a long, the first the lowest, as they are written.
 */
final class IdText {
  /** How many bytes it has. */
  static final int LENGTH = 36;

  private static final long LOW_HALVES = 0x0F0F_0F0F_0F0F_0F0FL;
  private static final long SIXES = 0x0606_0606_0606_0606L;
  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long ZERO_DIGITS = '0' * ONES;

  /** From where a digit would be that goes on after 9 to where it is. */
  private static final int TO_LETTERS = 'a' - '9' - 1;

  private static final int FOUR_DIGITS = Integer.SIZE;
  private static final long FIRST_FOUR = 0xFFFF_FFFFL;
  private static final long FIRST_TWO = 0xFFFFL;

  private IdText() {}

  /** Writes it as {@link UUID#toString} has it. */
  static void write(UUID id, CodedOutputStream out) throws IOException {
    long high = id.getMostSignificantBits();
    long low = id.getLeastSignificantBits();
    long second = digits(high);
    long third = digits(low >>> Integer.SIZE);
    long last = digits(low);
    out.writeFixed64NoTag(digits(high >>> Integer.SIZE));
    // A dash, four digits, a dash, and two of the next four.
    out.writeFixed64NoTag(
        '-'
            | (second & FIRST_FOUR) << at(1)
            | (long) '-' << at(5)
            | (second >>> FOUR_DIGITS & FIRST_TWO) << at(6));
    // The other two, a dash, four digits, a dash.
    out.writeFixed64NoTag(
        second >>> at(6)
            | (long) '-' << at(2)
            | (third & FIRST_FOUR) << at(3)
            | (long) '-' << at(7));
    out.writeFixed64NoTag(third >>> FOUR_DIGITS | last << FOUR_DIGITS);
    out.writeFixed32NoTag((int) (last >>> FOUR_DIGITS));
  }

  /** By how much what is to be at a place is shifted. */
  private static int at(int place) {
    return place * Byte.SIZE;
  }

  /** The eight digits of the lower half of a number. */
  private static long digits(long number) {
    long halves = Long.reverseBytes(Long.expand(number & FIRST_FOUR, LOW_HALVES));
    long isLetter = ((halves + SIXES) >>> 4) & ONES;
    return halves + ZERO_DIGITS + isLetter * TO_LETTERS;
  }
}
