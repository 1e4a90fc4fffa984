package dev.latchkey.tenancy.wire;

import com.google.protobuf.Timestamp;
import java.time.Instant;

/** Instants as they stand in messages. */
public final class Timestamps {
  private Timestamps() {}

  public static Timestamp of(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }
}
