package dev.latchkey.edge.http;

import io.netty.util.AsciiString;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * The {@code Date} of answers (RFC 9110, section 6.6.1), written once a second. Safe for use by
 * many threads.
 */
final class DateField {
  private volatile Written last = Written.at(Instant.now().getEpochSecond());

  private record Written(long second, AsciiString text) {
    static Written at(long second) {
      return new Written(
          second,
          new AsciiString(
              DateTimeFormatter.RFC_1123_DATE_TIME.format(
                  Instant.ofEpochSecond(second).atOffset(ZoneOffset.UTC))));
    }
  }

  AsciiString now() {
    long second = Math.floorDiv(System.currentTimeMillis(), 1_000L);
    Written written = last;
    if (written.second() != second) {
      written = Written.at(second);
      last = written;
    }
    return written.text();
  }
}
