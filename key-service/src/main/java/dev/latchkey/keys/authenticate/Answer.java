package dev.latchkey.keys.authenticate;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Duration;
import com.google.protobuf.WireFormat;
import dev.latchkey.keys.limits.LimitReading;
import dev.latchkey.keys.limits.RateLimiter.Draw;
import dev.latchkey.kit.limits.RateLimit;
import dev.latchkey.proto.keys.v1.Allowed;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.CreditState;
import dev.latchkey.proto.keys.v1.Freshness;
import dev.latchkey.proto.keys.v1.LimitState;
import java.io.IOException;
import java.util.List;

/**
 * An {@link AuthenticateResponse} as bytes. What it says of the key is the same in nearly all
 * answers about it and is encoded once; limits are encoded as they are written, credits and
 * freshness for each answer that has them. The bytes are those of the protobuf message, up to the
 * order of fields, which has no meaning. Immutable.
 */
final class Answer implements Step, Encoded {
  private static final byte[] NONE = {};
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final int MILLIS_PER_SECOND = 1_000;

  private final Told told;

  /** The limits it drew from. */
  private final Draw.Taken taken;

  /** Further fields of the decision: the accounts it drew from. */
  private final byte[] credits;

  /** Further fields of the answer. */
  private final byte[] rest;

  /** How many bytes the decision has; 0 until it was asked for. Whoever asks finds the same. */
  private int sizeOfDecision;

  private Answer(Told told, Draw.Taken taken, byte[] credits, byte[] rest) {
    this.told = told;
    this.taken = taken;
    this.credits = credits;
    this.rest = rest;
  }

  /** An answer that allows or denies, and says no more. */
  static Answer of(AuthenticateResponse message) {
    return new Answer(Told.Fixed.of(message), Draw.NOTHING, NONE, NONE);
  }

  /** An answer that allows, with what it drew from. */
  static Answer allowed(Told told, Draw.Taken taken, List<CreditState> credits) {
    return new Answer(told, taken, bytes(credits), NONE);
  }

  private static byte[] bytes(List<CreditState> credits) {
    return credits.isEmpty()
        ? NONE
        : Allowed.newBuilder().addAllCredits(credits).build().toByteArray();
  }

  /** The same, and how fresh it is. */
  Answer with(Freshness freshness) {
    return new Answer(
        told,
        taken,
        credits,
        AuthenticateResponse.newBuilder().setFreshness(freshness).build().toByteArray());
  }

  @Override
  public int size() {
    return sizeOfField(told.field(), sizeOfDecision()) + rest.length;
  }

  private int sizeOfDecision() {
    int size = sizeOfDecision;
    if (size == 0) {
      size = told.size() + credits.length;
      for (int i = 0; i < taken.count(); i++) {
        size += sizeOfField(Allowed.LIMITS_FIELD_NUMBER, sizeOf(taken.reading(i)));
      }
      sizeOfDecision = size;
    }
    return size;
  }

  @Override
  public void writeTo(CodedOutputStream out) throws IOException {
    beginField(out, told.field(), sizeOfDecision());
    told.writeTo(out);
    for (int i = 0; i < taken.count(); i++) {
      LimitReading reading = taken.reading(i);
      beginField(out, Allowed.LIMITS_FIELD_NUMBER, sizeOf(reading));
      write(out, reading);
    }
    out.writeRawBytes(credits);
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
    writeName(out, limit.name());
    write(out, LimitState.AMOUNT_FIELD_NUMBER, limit.amount());
    writeDuration(out, LimitState.WINDOW_FIELD_NUMBER, millis(limit));
    write(out, LimitState.BURST_FIELD_NUMBER, limit.burst());
    write(out, LimitState.REMAINING_FIELD_NUMBER, reading.remaining());
    writeDuration(out, LimitState.RESET_AFTER_FIELD_NUMBER, millis(reading));
    if (limit.shared()) {
      out.writeBool(LimitState.SHARED_FIELD_NUMBER, true);
    }
  }

  /** Characters of plain ASCII are their bytes; a name of others is encoded first. */
  private static void writeName(CodedOutputStream out, String name) throws IOException {
    int length = name.length();
    if (CodedOutputStream.computeStringSizeNoTag(name)
        != CodedOutputStream.computeUInt32SizeNoTag(length) + length) {
      out.writeString(LimitState.NAME_FIELD_NUMBER, name);
      return;
    }
    beginField(out, LimitState.NAME_FIELD_NUMBER, length);
    for (int i = 0; i < length; i++) {
      out.writeRawByte((byte) name.charAt(i));
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
