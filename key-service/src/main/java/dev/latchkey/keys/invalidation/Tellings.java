package dev.latchkey.keys.invalidation;

import dev.latchkey.keys.authenticate.TrustSettings;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;

/**
 * When a stream is told of a change: at once, and again after the time in which other nodes nearly
 * always have heard of it, the time in which they have unless something is broken, and the time
 * after which one that has not heard goes by its memory no more. Immutable.
 */
@Singleton
final class Tellings {
  private static final Duration NEARLY_ALWAYS = Duration.ofMillis(200);
  private static final Duration UNLESS_BROKEN = Duration.ofSeconds(1);

  /** How long after the trust window: what was asked within it has been answered by then. */
  private static final Duration BEYOND_TRUST = Duration.ofMillis(1_500);

  /** How late a stream may be to take in what is told last. */
  private static final Duration PATIENCE = Duration.ofMillis(8_500);

  private final List<Duration> ages;

  /**
   * @param trust how long nodes go by their memory: all of them for as long as this one
   */
  Tellings(TrustSettings trust) {
    this.ages =
        List.of(Duration.ZERO, NEARLY_ALWAYS, UNLESS_BROKEN, trust.window().plus(BEYOND_TRUST));
  }

  /** How old a change is each time it is told, in rising order. */
  List<Duration> ages() {
    return ages;
  }

  /** How long a change has to be kept to be told every time. */
  Duration kept() {
    return ages.getLast().plus(PATIENCE);
  }
}
