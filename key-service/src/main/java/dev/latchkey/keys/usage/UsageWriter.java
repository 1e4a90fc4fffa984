package dev.latchkey.keys.usage;

import dev.latchkey.kit.database.Sql;
import dev.latchkey.kit.database.Transactions;
import java.sql.Connection;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Adds batches of counts to the tables, each in one transaction and once: the transaction also
 * notes the batch's number, and does nothing if it was noted before. All writers touch rows in the
 * same order, so they wait for each other but never deadlock.
 */
@SuppressWarnings("InlineFormatString") // Statements are read as a whole.
final class UsageWriter {
  private static final long MINUTE_SECONDS = 60;

  private static final String CLAIM =
      """
      INSERT INTO usage_flush AS present (writer_id, sequence, flush_time) VALUES (?, ?, ?)
      ON CONFLICT (writer_id) DO UPDATE
      SET sequence = excluded.sequence, flush_time = excluded.flush_time
      WHERE present.sequence < excluded.sequence
      """;
  private static final String COUNTS =
      """
      INSERT INTO %s AS present (subject_id, bucket_time, outcome, count)
      SELECT subject_id, to_timestamp(seconds), outcome, count
      FROM unnest(?::uuid[], ?::bigint[], ?::integer[], ?::bigint[])
          AS given (subject_id, seconds, outcome, count)
      ON CONFLICT (subject_id, bucket_time, outcome)
      DO UPDATE SET count = present.count + excluded.count
      """;

  /** The place of the day is the same for all rows of one statement, and a number of ours. */
  private static final String DAILY =
      """
      INSERT INTO usage_key_total AS present (key_id, bucket_time, daily)
      SELECT key_id, to_timestamp(?),
             array_fill(0::bigint, ARRAY[%1$d - 1]) || count
                 || array_fill(0::bigint, ARRAY[%2$d - %1$d])
      FROM unnest(?::uuid[], ?::bigint[]) AS given (key_id, count)
      ON CONFLICT (key_id, bucket_time)
      DO UPDATE SET daily[%1$d] = present.daily[%1$d] + excluded.daily[%1$d]
      """;

  /**
   * An unknown address leaves the network where the key was last seen. Rows that say it already,
   * most of them within a minute, are left out before they are locked and written.
   */
  private static final String LAST_USE =
      """
      INSERT INTO key_last_use AS present (key_id, last_used_time, client_network)
      SELECT given.key_id, given.last_used_time, given.client_network
      FROM (SELECT key_id, to_timestamp(seconds) AS last_used_time,
                   network(set_masklen(address::inet, CASE family(address::inet) WHEN 4 THEN 24 ELSE 48 END))
                       AS client_network
            FROM unnest(?::uuid[], ?::bigint[], ?::text[]) AS texts (key_id, seconds, address)) AS given
      WHERE NOT EXISTS (
        SELECT FROM key_last_use AS known
        WHERE known.key_id = given.key_id
          AND (known.last_used_time > given.last_used_time
               OR (known.last_used_time = given.last_used_time
                   AND (given.client_network IS NULL OR known.client_network = given.client_network))))
      ORDER BY given.key_id
      ON CONFLICT (key_id) DO UPDATE
      SET last_used_time = excluded.last_used_time,
          client_network = coalesce(excluded.client_network, present.client_network)
      WHERE present.last_used_time < excluded.last_used_time
         OR (present.last_used_time = excluded.last_used_time
             AND present.client_network IS DISTINCT FROM excluded.client_network
             AND excluded.client_network IS NOT NULL)
      """;

  private final Transactions transactions;
  private final UUID writerId;

  /**
   * @param writerId this run of the service, and no other
   */
  UsageWriter(Transactions transactions, UUID writerId) {
    this.transactions = transactions;
    this.writerId = writerId;
  }

  /** Adds a batch, unless that was done before. After a failure it may or may not be added. */
  void write(UsageBatch batch, Instant now) {
    transactions.change(
        connection -> {
          if (Sql.update(connection, CLAIM, writerId, batch.sequence(), now) == 0) {
            return;
          }
          for (BucketSize size : BucketSize.values()) {
            writeCounts(connection, batch, size);
          }
          writeDailyTotals(connection, batch);
          AddressWriter.write(connection, batch);
          writeLastUses(connection, batch);
        });
  }

  /** A counter's place in its table. */
  private record Row(UUID subject, long seconds, int outcome) implements Comparable<Row> {
    @Override
    public int compareTo(Row other) {
      int bySubject = subject.compareTo(other.subject);
      int byTime = bySubject != 0 ? bySubject : Long.compare(seconds, other.seconds);
      return byTime != 0 ? byTime : Integer.compare(outcome, other.outcome);
    }
  }

  private static void writeCounts(Connection connection, UsageBatch batch, BucketSize size) {
    SortedMap<Row, Long> rows = new TreeMap<>();
    for (Tally tally : batch.tallies()) {
      long seconds = size.floor(tally.minute() * MINUTE_SECONDS);
      for (int outcome = 0; outcome < Outcomes.COUNT; outcome++) {
        long count = tally.counts()[outcome];
        if (count > 0) {
          rows.merge(new Row(tally.keyId(), seconds, outcome), count, Long::sum);
          for (UUID node : tally.lineage()) {
            rows.merge(new Row(node, seconds, outcome), count, Long::sum);
          }
        }
      }
    }
    Sql.update(
        connection,
        COUNTS.formatted(size.table()),
        rows.keySet().stream().map(Row::subject).toArray(UUID[]::new),
        rows.keySet().stream().map(Row::seconds).toArray(Long[]::new),
        rows.keySet().stream().map(Row::outcome).toArray(Integer[]::new),
        rows.values().toArray(Long[]::new));
  }

  private static void writeDailyTotals(Connection connection, UsageBatch batch) {
    SortedMap<Long, SortedMap<UUID, Long>> days = new TreeMap<>();
    for (Tally tally : batch.tallies()) {
      days.computeIfAbsent(
              BucketSize.DAY.floor(tally.minute() * MINUTE_SECONDS), day -> new TreeMap<>())
          .merge(tally.keyId(), tally.sum(), Long::sum);
    }
    days.forEach(
        (day, totals) ->
            Sql.update(
                connection,
                DAILY.formatted(DayBlock.place(day), DayBlock.DAYS),
                DayBlock.at(day).start(),
                totals.keySet().toArray(UUID[]::new),
                totals.values().toArray(Long[]::new)));
  }

  private static void writeLastUses(Connection connection, UsageBatch batch) {
    Map<UUID, Tally> latest = new HashMap<>();
    for (Tally tally : batch.tallies()) {
      latest.merge(
          tally.keyId(),
          tally,
          (one, other) -> other.lastMinute() > one.lastMinute() ? other : one);
    }
    List<Tally> ordered = new TreeMap<>(latest).values().stream().toList();
    Sql.update(
        connection,
        LAST_USE,
        ordered.stream().map(Tally::keyId).toArray(UUID[]::new),
        ordered.stream().map(tally -> tally.lastMinute() * MINUTE_SECONDS).toArray(Long[]::new),
        ordered.stream()
            .map(tally -> tally.lastClient() == null ? null : tally.lastClient().toString())
            .toArray(String[]::new));
  }
}
