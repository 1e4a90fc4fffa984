package dev.latchkey.keys.usage;

import java.time.Instant;

/**
 * A stretch of time.
 *
 * @param start the beginning of a bucket
 * @param end the first moment after it
 */
record Span(Instant start, Instant end) {
  /**
   * The part of it that is kept: what is older is not shown, whether it is removed by now or not.
   */
  Span since(Instant oldest) {
    return start.isBefore(oldest) ? new Span(oldest, end) : this;
  }
}
