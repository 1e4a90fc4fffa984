package dev.latchkey.harness.bench;

import dev.latchkey.harness.platform.Await;
import java.time.Duration;

/**
 * Begins runs only once key-service has written the usage that was counted in the one before, so
 * that no load pays for another.
 */
final class UsageWritten {
  /** A flush of many keys is followed by a rest of up to a minute. */
  private static final Duration LIMIT = Duration.ofMinutes(4);

  /** The keys of callers go on being used: this program's own, and those of services. */
  private static final int MOST_OTHERS = 10;

  private final StoredGround ground;

  UsageWritten(StoredGround ground) {
    this.ground = ground;
  }

  /** The load, which waits before each run. */
  Load before(Load load) {
    return new Load() {
      @Override
      public Figures run(Duration duration) {
        Await.until(
            LIMIT, () -> ground.unwritten() <= MOST_OTHERS, () -> "usage is still being written");
        return load.run(duration);
      }

      @Override
      public void close() {
        load.close();
      }
    };
  }
}
