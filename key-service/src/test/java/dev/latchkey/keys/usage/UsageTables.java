package dev.latchkey.keys.usage;

import dev.latchkey.keys.support.RunningKeyService;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The usage tables of a running service, as they are. */
final class UsageTables {
  private final RunningKeyService service;

  UsageTables(RunningKeyService service) {
    this.service = service;
  }

  /** All decisions of a key or node in a table. */
  long sum(BucketSize size, String subject) {
    return sum(size, subject, null);
  }

  /** The decisions with an outcome. */
  long sum(BucketSize size, String subject, @Nullable Integer outcome) {
    try (Connection connection = service.database();
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT coalesce(sum(count), 0) FROM %s WHERE subject_id = ? AND outcome = coalesce(?, outcome)"
                    .formatted(size.table()))) {
      statement.setObject(1, UUID.fromString(subject));
      statement.setObject(2, outcome, java.sql.Types.SMALLINT);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  long number(String sql) {
    try (Connection connection = service.database();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  void execute(String sql) {
    try (Connection connection = service.database();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes what was counted so far. */
  void flush() {
    service.host().context().getBean(UsageFlusher.class).flush();
  }

  /** Moves the clock to just after the beginning of a minute, so that a test stays within it. */
  void toTheNextMinute() {
    long intoMinute = Math.floorMod(service.clock().millis(), 60_000L);
    service.clock().advance(Duration.ofMillis(60_000 - intoMinute + 100));
  }
}
