package dev.latchkey.keys.authenticate;

import com.google.protobuf.WireFormat;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Goes through the fields of a protobuf message in its bytes, and makes no objects of them. It
 * knows the plain shape that encoders give to small messages, and says where one has another:
 * whoever reads with it then leaves the whole message to protobuf's parser, which alone says what
 * is well-formed. For one thread.
 */
final class PlainFields {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  /** The bit of each byte that no character of ASCII has. */
  private static final long NOT_ASCII = 0x8080_8080_8080_8080L;

  private static final byte[] NONE = {};

  /** How many bits of a tag are the type of the value; the number of the field is above them. */
  static final int TYPE_BITS = 3;

  /** The type of numbers. */
  static final int NUMBER = WireFormat.WIRETYPE_VARINT;

  /** The type of texts and messages. */
  static final int BYTES = WireFormat.WIRETYPE_LENGTH_DELIMITED;

  /** The bits of a number that one of its bytes has. */
  private static final int BITS = 7;

  private byte[] bytes = NONE;
  private int at;
  private int end;
  private int from;
  private int to;
  private long number;

  /** Begins with a message. */
  void begin(byte[] message, int first, int behind) {
    bytes = message;
    at = first;
    end = behind;
  }

  /** Lets go of the message. */
  void end() {
    bytes = NONE;
  }

  /** Whether there is a field more. */
  boolean hasMore() {
    return at < end;
  }

  /** The tag of the next field; no tag of the contract's where it is not plain. */
  int tag() {
    return bytes[at++];
  }

  /** Reads a number of up to 63 bits; false if it is not plain. */
  boolean readNumber() {
    number = 0;
    for (int shift = 0; shift < Long.SIZE - 1 && at < end; shift += BITS) {
      byte next = bytes[at++];
      number |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return true;
      }
    }
    return false;
  }

  /** Finds the bytes of a value; false if they are not plain. */
  boolean readBytes() {
    if (!readNumber() || number > end - at) {
      return false;
    }
    from = at;
    to = at + (int) number;
    at = to;
    return true;
  }

  /** Finds the bytes of a text; false if it is not plain ASCII. */
  boolean readText() {
    return readBytes() && isAscii();
  }

  private boolean isAscii() {
    long bits = 0;
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      bits |= (long) LONGS.get(bytes, i);
    }
    for (; i < to; i++) {
      bits |= bytes[i];
    }
    return (bits & NOT_ASCII) == 0;
  }

  /** The number last read. */
  long number() {
    return number;
  }

  /** The place of the first byte last found. */
  int from() {
    return from;
  }

  /** The place behind the last of them. */
  int to() {
    return to;
  }

  /** A string of the text last found. */
  String text() {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }
}
