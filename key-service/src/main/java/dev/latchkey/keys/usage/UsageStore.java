package dev.latchkey.keys.usage;

import dev.latchkey.keys.store.KeyFilter;
import dev.latchkey.keys.store.VisibleKeys;
import dev.latchkey.keys.tenancy.Level;
import dev.latchkey.kit.database.Sql;
import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the usage tables, inside the caller's transaction. */
@SuppressWarnings("InlineFormatString") // Statements are read as a whole.
final class UsageStore {
  private static final String BUCKETS =
      """
      SELECT bucket_time, outcome, count FROM %s
      WHERE subject_id = ? AND bucket_time >= ? AND bucket_time < ?
      ORDER BY bucket_time, outcome
      """;
  private static final String MOST_USED =
      """
      WITH used AS MATERIALIZED (
        SELECT key_id, sum(%1$s) AS total
        FROM api_key key JOIN usage_key_total ON key_id = key.id
        WHERE key.%2$s_id = ? AND %3$s AND bucket_time >= to_timestamp(?) AND bucket_time < ?
        GROUP BY key_id HAVING sum(%1$s) > 0)
      SELECT key_id FROM used
      WHERE ?::uuid IS NULL
         OR (total, key_id) < (coalesce((SELECT total FROM used WHERE key_id = ?), 0), ?)
      ORDER BY total DESC, key_id DESC LIMIT ?
      """;
  private static final String TOTALS =
      """
      SELECT subject_id, outcome, sum(count)::bigint AS count FROM usage_day
      WHERE subject_id = ANY (?) AND bucket_time >= ? AND bucket_time < ?
      GROUP BY subject_id, outcome
      """;
  private static final String ADDRESSES =
      """
      SELECT host(address) AS address, sum(count)::bigint AS count,
             max(last_used_time) AS last_used_time
      FROM usage_address WHERE key_id = ? AND bucket_time >= ? AND bucket_time < ?
      GROUP BY usage_address.address
      ORDER BY count DESC, last_used_time DESC, usage_address.address LIMIT ?
      """;

  private UsageStore() {}

  /** What was counted for a key or node, by the beginnings of the buckets, oldest first. */
  static Map<Instant, Counts> buckets(
      Connection connection, BucketSize size, UUID subject, Span span) {
    Map<Instant, Counts> buckets = new LinkedHashMap<>();
    Sql.list(
        connection,
        BUCKETS.formatted(size.table()),
        row -> {
          Instant time = Objects.requireNonNull(Sql.instant(row, "bucket_time"));
          buckets
              .computeIfAbsent(time, start -> new Counts())
              .add(row.getInt("outcome"), row.getLong("count"));
          return time;
        },
        subject,
        span.start(),
        span.end());
    return buckets;
  }

  /**
   * The keys below a node that were used, the most used first.
   *
   * @param visible those of them that the caller may see
   * @param after the last key of the page before
   */
  static List<UUID> mostUsed(
      Connection connection,
      Level level,
      UUID nodeId,
      KeyFilter.Visible visible,
      Span span,
      Optional<UUID> after,
      int limit) {
    List<@Nullable Object> values = new ArrayList<>();
    values.add(nodeId);
    String condition = VisibleKeys.condition(visible, values);
    long first = span.start().getEpochSecond();
    values.add(DayBlock.at(first).start());
    values.add(span.end());
    UUID last = after.orElse(null);
    values.add(last);
    values.add(last);
    values.add(last);
    values.add(limit);
    // Its plans are good as they are, and compiling them takes longer than running them.
    Sql.update(connection, "SET LOCAL jit = off");
    return Sql.list(
        connection,
        MOST_USED.formatted(
            DayBlock.sum(first, Math.max(first, span.end().minusMillis(1).getEpochSecond())),
            level.text(),
            condition),
        row -> Objects.requireNonNull(Sql.uuid(row, "key_id")),
        values.toArray());
  }

  /** What was counted for some keys, in their order. */
  static Map<UUID, Counts> totals(Connection connection, Collection<UUID> keys, Span span) {
    Map<UUID, Counts> totals = new LinkedHashMap<>();
    keys.forEach(key -> totals.put(key, new Counts()));
    Sql.list(
        connection,
        TOTALS,
        row -> {
          UUID key = Objects.requireNonNull(Sql.uuid(row, "subject_id"));
          Objects.requireNonNull(totals.get(key)).add(row.getInt("outcome"), row.getLong("count"));
          return key;
        },
        keys.toArray(UUID[]::new),
        span.start(),
        span.end());
    return totals;
  }

  /** What one address did with a key. */
  record Address(String text, long count, Instant lastUsed) {}

  /** The addresses a key was used from, those with the most decisions first. */
  static List<Address> addresses(Connection connection, UUID keyId, Span span, int limit) {
    return Sql.list(
        connection,
        ADDRESSES,
        row ->
            new Address(
                row.getString("address"),
                row.getLong("count"),
                Objects.requireNonNull(Sql.instant(row, "last_used_time"))),
        keyId,
        span.start(),
        span.end(),
        limit);
  }
}
