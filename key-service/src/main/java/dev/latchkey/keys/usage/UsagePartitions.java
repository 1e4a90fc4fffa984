package dev.latchkey.keys.usage;

import dev.latchkey.kit.database.Sql;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.runtime.PeriodicTask;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the partitions of the usage tables ahead of time and drops those that are past keeping,
 * soon after the start and every hour. Every node of the service does it; a lock in the database
 * lets one at a time. A start waits only for partitions that are missing, which is so where the
 * service was not there for days. Counts never wait for a partition: without one they go to the
 * default partition, and move when theirs is made.
 */
@Singleton
public class UsagePartitions {
  private static final Logger LOG = LoggerFactory.getLogger(UsagePartitions.class);
  private static final Duration INTERVAL = Duration.ofHours(1);

  /** A service that starts has more urgent things to do. */
  private static final Duration FIRST_SWEEP = Duration.ofSeconds(10);

  /** How long the mark of a writer's last batch is kept; see {@link UsageWriter}. */
  private static final Duration MARKS_KEPT = Duration.ofDays(30);

  private static final int AHEAD = 2;
  private static final DateTimeFormatter NAME = DateTimeFormatter.BASIC_ISO_DATE;

  /**
   * A table.
   *
   * @param days how many days one partition holds
   * @param kept how long rows are kept
   */
  private record Partitioned(String table, int days, Duration kept) {
    private LocalDate start(Instant time) {
      long day = LocalDate.ofInstant(time, ZoneOffset.UTC).toEpochDay();
      return LocalDate.ofEpochDay(day - Math.floorMod(day, days));
    }

    private String partition(LocalDate start) {
      return table + "_" + NAME.format(start);
    }

    private boolean has(String partition) {
      return partition.startsWith(table + "_");
    }
  }

  private final Transactions transactions;
  private final InstantSource clock;
  private final List<Partitioned> tables;
  private @Nullable PeriodicTask task;

  UsagePartitions(Transactions transactions, UsageSettings settings, InstantSource clock) {
    this.transactions = transactions;
    this.clock = clock;
    this.tables =
        List.of(
            new Partitioned(BucketSize.MINUTE.table(), 1, settings.minutes()),
            new Partitioned(BucketSize.HOUR.table(), 7, settings.hours()),
            new Partitioned(BucketSize.DAY.table(), DayBlock.DAYS, settings.days()),
            new Partitioned(DayBlock.TABLE, DayBlock.DAYS, settings.days()),
            new Partitioned("usage_address", DayBlock.DAYS, settings.days()));
  }

  /** Makes the partitions that are needed at present, and begins to sweep. */
  public void start() {
    ensureForNow();
    task = PeriodicTask.start("usage-partitions", FIRST_SWEEP, INTERVAL, this::sweep);
  }

  /** The service can start without: counts go to the default partitions until a sweep succeeds. */
  private void ensureForNow() {
    try {
      ensure(clock.instant(), clock.instant());
    } catch (RuntimeException failure) {
      LOG.warn("the partitions of usage are left as they are for now", failure);
    }
  }

  /** Makes and drops what is due. */
  public void sweep() {
    Instant now = clock.instant();
    Set<String> present = ensure(now, now);
    transactions.change(connection -> deletePast(connection, now));
    for (Partitioned table : tables) {
      LocalDate first = table.start(now.minus(table.kept()));
      List<String> past =
          present.stream()
              .filter(table::has)
              .filter(partition -> partition.compareTo(table.partition(first)) < 0)
              .toList();
      if (!past.isEmpty()) {
        transactions.change(connection -> drop(connection, past));
      }
    }
  }

  /**
   * Makes the partitions for a stretch of time, and some on both sides; gives the names of those
   * that were there.
   */
  Set<String> ensure(Instant from, Instant to) {
    Set<String> present = transactions.read(this::partitions);
    for (Partitioned table : tables) {
      LocalDate last = table.start(to).plusDays((long) AHEAD * table.days());
      LocalDate first = table.start(from).minusDays(table.days());
      for (LocalDate start = first; !start.isAfter(last); start = start.plusDays(table.days())) {
        if (!present.contains(table.partition(start))) {
          LocalDate missing = start;
          transactions.change(connection -> make(connection, table, missing));
        }
      }
    }
    return present;
  }

  private void make(Connection connection, Partitioned table, LocalDate start) {
    lock(connection);
    if (partitions(connection).contains(table.partition(start))) {
      return;
    }
    String name = table.partition(start);
    String end = start.plusDays(table.days()) + "T00:00:00Z";
    String begin = start + "T00:00:00Z";
    // A partition cannot be attached while the default one has rows of its time.
    for (String statement :
        List.of(
            "CREATE TABLE %1$s (LIKE %2$s INCLUDING ALL) WITH (fillfactor = 70)",
            "LOCK TABLE %2$s_default IN ACCESS EXCLUSIVE MODE",
            """
            WITH moved AS (DELETE FROM %2$s_default
                           WHERE bucket_time >= '%3$s' AND bucket_time < '%4$s' RETURNING *)
            INSERT INTO %1$s SELECT * FROM moved
            """,
            "ALTER TABLE %2$s ATTACH PARTITION %1$s FOR VALUES FROM ('%3$s') TO ('%4$s')")) {
      Sql.update(connection, statement.formatted(name, table.table(), begin, end));
    }
    LOG.debug("made {}", name);
  }

  private void deletePast(Connection connection, Instant now) {
    lock(connection);
    for (Partitioned table : tables) {
      Sql.update(
          connection,
          "DELETE FROM %s_default WHERE bucket_time < ?".formatted(table.table()),
          now.minus(table.kept()));
    }
    Sql.update(connection, "DELETE FROM usage_flush WHERE flush_time < ?", now.minus(MARKS_KEPT));
  }

  /** Drops partitions of one table, unless another node was faster. */
  private void drop(Connection connection, List<String> past) {
    lock(connection);
    Set<String> present = partitions(connection);
    for (String partition : past) {
      if (present.contains(partition)) {
        Sql.update(connection, "DROP TABLE " + partition);
        LOG.info("dropped {}, which is past keeping", partition);
      }
    }
  }

  /** One node at a time, until the transaction ends; none waits long for busy tables. */
  private static void lock(Connection connection) {
    Sql.update(connection, "SET LOCAL lock_timeout = '5s'");
    boolean _ =
        Sql.first(
                connection,
                "SELECT pg_advisory_xact_lock(hashtext('latchkey usage partitions'))",
                row -> true)
            .isPresent();
  }

  /** The names of all partitions, but for the default ones. */
  private Set<String> partitions(Connection connection) {
    return Sql.list(
            connection,
            """
            SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
            WHERE inhparent = ANY (?::regclass[])
            """,
            row -> row.getString("relname"),
            tables.stream().map(Partitioned::table).toList())
        .stream()
        .filter(name -> !name.endsWith("_default"))
        .collect(Collectors.toSet());
  }

  @PreDestroy
  void close() {
    PeriodicTask started = task;
    if (started != null) {
      started.close();
    }
  }
}
