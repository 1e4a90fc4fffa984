package dev.latchkey.keys.usage;

import dev.latchkey.kit.database.Sql;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.runtime.PeriodicTask;
import io.micronaut.context.annotation.Context;
import jakarta.annotation.PreDestroy;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the partitions of the usage tables ahead of time and drops those that are past keeping, at
 * start and every hour. Every node of the service does it; a lock in the database lets one at a
 * time. Counts never wait for a partition: without one they go to the default partition, and move
 * when theirs is made.
 */
@Context
public class UsagePartitions {
  private static final Logger LOG = LoggerFactory.getLogger(UsagePartitions.class);
  private static final Duration INTERVAL = Duration.ofHours(1);

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
  }

  private final Transactions transactions;
  private final InstantSource clock;
  private final List<Partitioned> tables;
  private final PeriodicTask task;

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
    firstSweep();
    this.task = PeriodicTask.start("usage-partitions", INTERVAL, this::sweep);
  }

  /** The service can start without: counts go to the default partitions until it succeeds. */
  private void firstSweep() {
    try {
      sweep();
    } catch (RuntimeException failure) {
      LOG.warn("the partitions of usage are left as they are for now", failure);
    }
  }

  /** Makes and drops what is due. */
  public void sweep() {
    Instant now = clock.instant();
    for (Partitioned table : tables) {
      ensure(table, now, now);
      transactions.change(connection -> drop(connection, table, now.minus(table.kept())));
    }
    transactions.change(
        connection ->
            Sql.update(
                connection, "DELETE FROM usage_flush WHERE flush_time < ?", now.minus(MARKS_KEPT)));
  }

  /** Makes the partitions for a stretch of time, and some on both sides. */
  void ensure(Instant from, Instant to) {
    tables.forEach(table -> ensure(table, from, to));
  }

  private void ensure(Partitioned table, Instant from, Instant to) {
    LocalDate last = table.start(to).plusDays((long) AHEAD * table.days());
    LocalDate first = table.start(from).minusDays(table.days());
    for (LocalDate start = first; !start.isAfter(last); start = start.plusDays(table.days())) {
      LocalDate missing = start;
      transactions.change(connection -> make(connection, table, missing));
    }
  }

  private static void make(Connection connection, Partitioned table, LocalDate start) {
    if (partitions(connection, table).contains(table.partition(start))) {
      return;
    }
    lock(connection);
    if (partitions(connection, table).contains(table.partition(start))) {
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

  private static void drop(Connection connection, Partitioned table, Instant before) {
    lock(connection);
    Sql.update(
        connection,
        "DELETE FROM %s_default WHERE bucket_time < ?".formatted(table.table()),
        before);
    LocalDate first = table.start(before);
    for (String partition : partitions(connection, table)) {
      if (partition.compareTo(table.partition(first)) < 0) {
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

  /** The names of a table's partitions, but for the default one. */
  private static Set<String> partitions(Connection connection, Partitioned table) {
    return Sql.list(
            connection,
            """
            SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
            WHERE inhparent = ?::regclass
            """,
            row -> row.getString("relname"),
            table.table())
        .stream()
        .filter(name -> !name.endsWith("_default"))
        .collect(Collectors.toSet());
  }

  @PreDestroy
  void close() {
    task.close();
  }
}
