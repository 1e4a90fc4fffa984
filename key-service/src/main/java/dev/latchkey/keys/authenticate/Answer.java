package dev.latchkey.keys.authenticate;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Duration;
import com.google.protobuf.WireFormat;
import dev.latchkey.keys.limits.LimitReading;
import dev.latchkey.kit.limits.RateLimit;
import dev.latchkey.proto.keys.v1.Allowed;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.CreditState;
import dev.latchkey.proto.keys.v1.Freshness;
import dev.latchkey.proto.keys.v1.LimitState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * An {@link AuthenticateResponse} as bytes. What it says of the key is the same in nearly all
 * answers about it and is encoded once; limits, credits and freshness are added for each. The bytes
 * are those of the protobuf message, up to the order of fields, which has no meaning. Immutable.
 */
final class Answer implements Step, Encoded {
  private static final byte[] NONE = {};
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final int MILLIS_PER_SECOND = 1_000;

  private final Told told;

  /** Further fields of the decision: what it drew from. */
  private final byte[] drawn;

  /** Further fields of the answer. */
  private final byte[] rest;

  private Answer(Told told, byte[] drawn, byte[] rest) {
    this.told = told;
    this.drawn = drawn;
    this.rest = rest;
  }

  /** An answer that allows or denies, and says no more. */
  static Answer of(AuthenticateResponse message) {
    return new Answer(Told.Fixed.of(message), NONE, NONE);
  }

  /** An answer that allows, and says no more than what holds for the key. */
  static Answer allowed(Standing standing) {
    return new Answer(standing, NONE, NONE);
  }

  /** The same for an allowed request, with what it drew from. */
  Answer with(List<LimitReading> limits, List<CreditState> credits) {
    if (limits.isEmpty() && credits.isEmpty()) {
      return this;
    }
    int size = 0;
    for (int i = 0; i < limits.size(); i++) {
      size += sizeOfField(Allowed.LIMITS_FIELD_NUMBER, sizeOf(limits.get(i)));
    }
    for (int i = 0; i < credits.size(); i++) {
      size += CodedOutputStream.computeMessageSize(Allowed.CREDITS_FIELD_NUMBER, credits.get(i));
    }
    byte[] bytes = new byte[size];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      for (int i = 0; i < limits.size(); i++) {
        LimitReading reading = limits.get(i);
        beginField(out, Allowed.LIMITS_FIELD_NUMBER, sizeOf(reading));
        write(out, reading);
      }
      for (int i = 0; i < credits.size(); i++) {
        out.writeMessage(Allowed.CREDITS_FIELD_NUMBER, credits.get(i));
      }
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Answer(told, bytes, rest);
  }

  /** The same, and how fresh it is. */
  Answer with(Freshness freshness) {
    return new Answer(
        told,
        drawn,
        AuthenticateResponse.newBuilder().setFreshness(freshness).build().toByteArray());
  }

  @Override
  public int size() {
    return sizeOfField(told.field(), told.size() + drawn.length) + rest.length;
  }

  @Override
  public void writeTo(CodedOutputStream out) throws IOException {
    beginField(out, told.field(), told.size() + drawn.length);
    told.writeTo(out);
    out.writeRawBytes(drawn);
    out.writeRawBytes(rest);
  }

  /** How many bytes a field has with its tag and length. */
  static int sizeOfField(int number, int size) {
    return CodedOutputStream.computeTagSize(number)
        + CodedOutputStream.computeUInt32SizeNoTag(size)
        + size;
  }

  /** Writes the tag and the length of a field. */
  static void beginField(CodedOutputStream out, int number, int size) throws IOException {
    out.writeTag(number, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    out.writeUInt32NoTag(size);
  }

  private static int sizeOf(LimitReading reading) {
    RateLimit limit = reading.limit();
    int size =
        CodedOutputStream.computeStringSize(LimitState.NAME_FIELD_NUMBER, limit.name())
            + sizeOfField(LimitState.WINDOW_FIELD_NUMBER, sizeOf(millis(limit)))
            + sizeOfField(LimitState.RESET_AFTER_FIELD_NUMBER, sizeOf(millis(reading)));
    size += sizeOf(LimitState.AMOUNT_FIELD_NUMBER, limit.amount());
    size += sizeOf(LimitState.BURST_FIELD_NUMBER, limit.burst());
    size += sizeOf(LimitState.REMAINING_FIELD_NUMBER, reading.remaining());
    if (limit.shared()) {
      size += CodedOutputStream.computeBoolSize(LimitState.SHARED_FIELD_NUMBER, true);
    }
    return size;
  }

  private static void write(CodedOutputStream out, LimitReading reading) throws IOException {
    RateLimit limit = reading.limit();
    out.writeString(LimitState.NAME_FIELD_NUMBER, limit.name());
    write(out, LimitState.AMOUNT_FIELD_NUMBER, limit.amount());
    writeDuration(out, LimitState.WINDOW_FIELD_NUMBER, millis(limit));
    write(out, LimitState.BURST_FIELD_NUMBER, limit.burst());
    write(out, LimitState.REMAINING_FIELD_NUMBER, reading.remaining());
    writeDuration(out, LimitState.RESET_AFTER_FIELD_NUMBER, millis(reading));
    if (limit.shared()) {
      out.writeBool(LimitState.SHARED_FIELD_NUMBER, true);
    }
  }

  private static int sizeOf(int number, long value) {
    return value == 0 ? 0 : CodedOutputStream.computeInt64Size(number, value);
  }

  private static void write(CodedOutputStream out, int number, long value) throws IOException {
    if (value != 0) {
      out.writeInt64(number, value);
    }
  }

  private static long millis(RateLimit limit) {
    return limit.window().toMillis();
  }

  /** Up to the whole millisecond: whoever waits that long waits long enough. */
  private static long millis(LimitReading reading) {
    return Math.ceilDiv(reading.resetNanos(), NANOS_PER_MILLI);
  }

  /** Of a {@code google.protobuf.Duration}. */
  private static int sizeOf(long millis) {
    return sizeOf(Duration.SECONDS_FIELD_NUMBER, millis / MILLIS_PER_SECOND)
        + sizeOf(Duration.NANOS_FIELD_NUMBER, nanos(millis));
  }

  private static void writeDuration(CodedOutputStream out, int number, long millis)
      throws IOException {
    beginField(out, number, sizeOf(millis));
    write(out, Duration.SECONDS_FIELD_NUMBER, millis / MILLIS_PER_SECOND);
    write(out, Duration.NANOS_FIELD_NUMBER, nanos(millis));
  }

  private static long nanos(long millis) {
    return millis % MILLIS_PER_SECOND * NANOS_PER_MILLI;
  }
}
