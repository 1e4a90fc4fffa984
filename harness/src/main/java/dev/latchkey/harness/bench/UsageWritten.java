package dev.latchkey.harness.bench;

import dev.latchkey.harness.platform.Await;
import dev.latchkey.harness.platform.EmbeddedDatabase;
import dev.latchkey.kit.database.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Begins runs only once key-service has written the usage that was counted in the one before, so
 * that no load pays for another.
 */
final class UsageWritten implements AutoCloseable {
  /** Longer than key-service counts before it writes, which is 10 s, and than one batch takes. */
  private static final Duration SILENCE = Duration.ofSeconds(13);

  private static final Duration LIMIT = Duration.ofMinutes(3);

  private final Connection connection;

  UsageWritten(EmbeddedDatabase database) throws SQLException {
    connection = database.connect();
  }

  /** The load, which waits before each run. */
  Load before(Load load) {
    return new Load() {
      @Override
      public Figures run(Duration duration) {
        await();
        return load.run(duration);
      }

      @Override
      public void close() {
        load.close();
      }
    };
  }

  private void await() {
    Silence silence = new Silence();
    Await.until(LIMIT, silence::isLong, () -> "usage is still being written");
  }

  private final class Silence {
    private long batches = batches();
    private long since = System.nanoTime();

    boolean isLong() {
      long now = batches();
      if (now != batches) {
        batches = now;
        since = System.nanoTime();
      }
      return System.nanoTime() - since >= SILENCE.toNanos();
    }
  }

  private long batches() {
    return Sql.first(
            connection,
            "SELECT coalesce(sum(sequence), 0) AS batches FROM usage_flush",
            row -> row.getLong("batches"))
        .orElseThrow();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
