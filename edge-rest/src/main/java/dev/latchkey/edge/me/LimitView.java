package dev.latchkey.edge.me;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.google.protobuf.util.Durations;
import dev.latchkey.proto.keys.v1.LimitState;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;

/**
 * A limit on the rate of calls, as it stands.
 *
 * @param amount what may be taken in each window
 * @param window in seconds, {@code 60s}, as everywhere in the API
 * @param burst what may be taken at once; 0 where that is not limited apart
 * @param remaining what may still be taken now
 * @param resetAfter when all of it may be taken again, like the window
 * @param shared whether other keys draw from it too
 */
@Serdeable.Serializable(naming = SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.ALWAYS)
record LimitView(
    String name,
    long amount,
    String window,
    long burst,
    long remaining,
    String resetAfter,
    boolean shared) {
  static LimitView of(LimitState limit) {
    return new LimitView(
        limit.getName(),
        limit.getAmount(),
        Durations.toString(limit.getWindow()),
        limit.getBurst(),
        limit.getRemaining(),
        Durations.toString(limit.getResetAfter()),
        limit.getShared());
  }
}
