package dev.latchkey.edge.http;

import java.time.Duration;

/**
 * How long a client may take to send a request, however it spreads the bytes.
 *
 * @param head from the first byte to the end of the headers
 * @param body from there to the end of the body
 */
public record RequestTimes(Duration head, Duration body) {
  /** Long enough for the largest import over a slow line. */
  public static final RequestTimes DEFAULT =
      new RequestTimes(Duration.ofSeconds(10), Duration.ofSeconds(60));
}
