package dev.latchkey.keys.authenticate;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** The text of an id, written without making a string of it: it is in every answer. */
final class IdText {
  /** How many bytes it has. */
  static final int LENGTH = 36;

  private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private IdText() {}

  /** Writes it as {@link UUID#toString} has it. */
  static void write(UUID id, CodedOutputStream out) throws IOException {
    long high = id.getMostSignificantBits();
    long low = id.getLeastSignificantBits();
    digits(high >>> 32, 8, out);
    out.write((byte) '-');
    digits(high >>> 16, 4, out);
    out.write((byte) '-');
    digits(high, 4, out);
    out.write((byte) '-');
    digits(low >>> 48, 4, out);
    out.write((byte) '-');
    digits(low, 12, out);
  }

  /** Writes the lowest digits of a number. */
  private static void digits(long number, int count, CodedOutputStream out) throws IOException {
    for (int shift = (count - 1) * 4; shift >= 0; shift -= 4) {
      out.write(DIGITS[(int) (number >>> shift) & 0xf]);
    }
  }
}
