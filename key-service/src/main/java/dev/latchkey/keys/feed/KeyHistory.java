package dev.latchkey.keys.feed;

import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.errors.ApiException;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The log of key changes for those who were told of it by any node of the service. */
@Singleton
public final class KeyHistory {
  private final Transactions transactions;

  KeyHistory(Transactions transactions) {
    this.transactions = transactions;
  }

  /** Which run of the primary answers now: {@link FeedRead#run}. */
  public String run() {
    return transactions.read(connection -> read(connection, null)).run();
  }

  /**
   * The changes since a position, and perhaps some more; empty if some may be missing.
   *
   * @param run the run of the primary at that position
   */
  public Optional<List<KeyChange>> since(FeedPosition position, String run) {
    FeedRead read = transactions.read(connection -> read(connection, position));
    return read.isGapAfter(new FeedRead(position, run, List.of(), false))
        ? Optional.empty()
        : Optional.of(read.changes());
  }

  private static FeedRead read(Connection connection, @Nullable FeedPosition since) {
    try {
      return FeedReader.read(connection, since);
    } catch (SQLException e) {
      throw ApiException.unavailable("key database");
    }
  }
}
