package dev.latchkey.keys.usage;

import dev.latchkey.kit.database.Sql;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/** Adds the client addresses of a batch, inside the batch's transaction. */
final class AddressWriter {
  private static final long MINUTE_SECONDS = 60;

  /**
   * Gives the keys and days with addresses that are new: their count is the one that was given. In
   * most batches there are none, and looking for the rarest of each key would cost more than all
   * else.
   */
  private static final String ADDRESSES =
      """
      WITH given AS (
        SELECT key_id, to_timestamp(seconds) AS bucket_time, address::inet AS address, count,
               to_timestamp(last) AS last_used_time
        FROM unnest(?::uuid[], ?::bigint[], ?::text[], ?::bigint[], ?::bigint[])
            AS texts (key_id, seconds, address, count, last)
      ), written AS (
        INSERT INTO usage_address AS present (key_id, bucket_time, address, count, last_used_time)
        SELECT * FROM given
        ON CONFLICT (key_id, bucket_time, address)
        DO UPDATE SET count = present.count + excluded.count,
                      last_used_time = greatest(present.last_used_time, excluded.last_used_time)
        RETURNING key_id, bucket_time, address, count
      )
      SELECT DISTINCT key_id, extract(epoch FROM bucket_time)::bigint AS seconds
      FROM written JOIN given USING (key_id, bucket_time, address, count)
      ORDER BY key_id, seconds
      """;

  /** Of each key and day the most used addresses stay, and a frequent newcomer finds a place. */
  private static final String TRIM =
      """
      DELETE FROM usage_address spare
      USING unnest(?::uuid[], ?::bigint[]) AS touched (key_id, seconds),
            LATERAL (SELECT address FROM usage_address
                     WHERE key_id = touched.key_id AND bucket_time = to_timestamp(touched.seconds)
                     ORDER BY count DESC, last_used_time DESC, address OFFSET ?) AS rarest
      WHERE spare.key_id = touched.key_id AND spare.bucket_time = to_timestamp(touched.seconds)
        AND spare.address = rarest.address
      """;

  private AddressWriter() {}

  /** The addresses of one key on one day. */
  private record KeyDay(UUID keyId, long seconds) implements Comparable<KeyDay> {
    @Override
    public int compareTo(KeyDay other) {
      int byKey = keyId.compareTo(other.keyId);
      return byKey != 0 ? byKey : Long.compare(seconds, other.seconds);
    }
  }

  private record AddressUse(long count, long lastSeconds) {
    AddressUse plus(AddressUse other) {
      return new AddressUse(count + other.count, Math.max(lastSeconds, other.lastSeconds));
    }
  }

  static void write(Connection connection, UsageBatch batch) {
    SortedMap<KeyDay, SortedMap<String, AddressUse>> days = new TreeMap<>();
    for (Tally tally : batch.tallies()) {
      long seconds = tally.minute() * MINUTE_SECONDS;
      tally
          .addresses()
          .forEach(
              (address, count) ->
                  days.computeIfAbsent(
                          new KeyDay(tally.keyId(), BucketSize.DAY.floor(seconds)),
                          day -> new TreeMap<>())
                      .merge(
                          address.toString(),
                          new AddressUse(count, tally.lastMinute() * MINUTE_SECONDS),
                          AddressUse::plus));
    }
    if (days.isEmpty()) {
      return;
    }
    List<UUID> keys = new ArrayList<>();
    List<Long> seconds = new ArrayList<>();
    List<String> addresses = new ArrayList<>();
    List<Long> counts = new ArrayList<>();
    List<Long> last = new ArrayList<>();
    days.forEach(
        (day, uses) ->
            uses.forEach(
                (address, use) -> {
                  keys.add(day.keyId());
                  seconds.add(day.seconds());
                  addresses.add(address);
                  counts.add(use.count());
                  last.add(use.lastSeconds());
                }));
    List<KeyDay> grown =
        Sql.list(
            connection,
            ADDRESSES,
            row -> new KeyDay(row.getObject("key_id", UUID.class), row.getLong("seconds")),
            keys.toArray(UUID[]::new),
            seconds.toArray(Long[]::new),
            addresses.toArray(String[]::new),
            counts.toArray(Long[]::new),
            last.toArray(Long[]::new));
    if (!grown.isEmpty()) {
      Sql.update(
          connection,
          TRIM,
          grown.stream().map(KeyDay::keyId).toArray(UUID[]::new),
          grown.stream().map(KeyDay::seconds).toArray(Long[]::new),
          AddressCounts.MOST);
    }
  }
}
