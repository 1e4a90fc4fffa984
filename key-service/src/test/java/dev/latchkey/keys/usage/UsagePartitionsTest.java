package dev.latchkey.keys.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.keys.support.Conditions;
import dev.latchkey.keys.support.MovableClock;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.kit.database.Transactions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class UsagePartitionsTest {
  private static final String DEFAULTS = "SELECT count(*) FROM usage_minute_default";

  private RunningKeyService service;
  private UsageTables tables;
  private MovableClock clock;

  @BeforeEach
  void start() {
    service = new RunningKeyService();
    tables = new UsageTables(service);
    clock = new MovableClock();
  }

  @AfterEach
  void stop() {
    service.close();
  }

  private UsagePartitions sweeper() {
    UsagePartitions sweeper =
        new UsagePartitions(
            service.host().context().getBean(Transactions.class),
            service.host().context().getBean(UsageSettings.class),
            clock);
    sweeper.start();
    return sweeper;
  }

  private void sweep() {
    UsagePartitions sweeper = sweeper();
    sweeper.sweep();
    sweeper.close();
  }

  private void insert(Instant time) {
    tables.execute(
        "INSERT INTO usage_minute VALUES ('%s', '%s', 0, 5)".formatted(UUID.randomUUID(), time));
  }

  /**
   * Writes as the flusher does: who is under way while a partition takes over is refused by
   * PostgreSQL, and writes again.
   */
  private boolean isTaken(Instant time) {
    try {
      insert(time);
      return true;
    } catch (IllegalStateException refused) {
      return false;
    }
  }

  private long total() {
    return tables.number("SELECT coalesce(sum(count), 0) FROM usage_minute");
  }

  private long partitions(String table) {
    return tables.number(
        "SELECT count(*) FROM pg_inherits WHERE inhparent = '%s'::regclass".formatted(table));
  }

  @Test
  void presentAndNearCounts_haveAPartition_fromTheStart() {
    insert(clock.instant());
    insert(clock.instant().minus(Duration.ofDays(1)));
    insert(clock.instant().plus(Duration.ofDays(2)));

    assertThat(tables.number(DEFAULTS)).isZero();
    assertThat(partitions("usage_minute")).as("four days and the default").isEqualTo(5);
    assertThat(partitions("usage_key_total")).isEqualTo(5);
  }

  @Test
  void countsWithoutAPartition_areKept_andMoveWhenItIsMade() {
    clock.advance(Duration.ofDays(5));
    insert(clock.instant());
    assertThat(tables.number(DEFAULTS)).isEqualTo(1);

    sweeper().close();

    assertThat(tables.number(DEFAULTS)).isZero();
    assertThat(total()).isEqualTo(5);
  }

  @Test
  void partitionsOfThePast_areDroppedBySweepsAlone_notByAStart() {
    insert(clock.instant());
    clock.advance(Duration.ofDays(40));
    UsagePartitions started = sweeper();
    assertThat(total()).as("a start makes what is missing").isEqualTo(5);

    started.sweep();
    started.close();

    assertThat(total()).isZero();
  }

  @Test
  void whatIsPastKeeping_isDropped_andNothingElse() {
    insert(clock.instant());
    insert(clock.instant().minus(Duration.ofDays(20)));
    sweep();
    assertThat(total()).as("the old one lay in the default partition").isEqualTo(5);

    clock.advance(Duration.ofDays(6));
    sweep();
    assertThat(total()).isEqualTo(5);
    clock.advance(Duration.ofDays(2));
    sweep();
    assertThat(total()).isZero();
    assertThat(partitions("usage_minute")).isLessThan(15);
  }

  @Test
  void manySweepersAtOnce_whileCountsComeIn_getInNobodysWay() throws Exception {
    clock.advance(Duration.ofDays(40));
    List<UsagePartitions> sweepers = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(5)) {
      List<Future<?>> work = new ArrayList<>();
      UsagePartitions first = sweeper();
      sweepers.add(first);
      clock.advance(Duration.ofDays(10));
      for (int i = 0; i < 4; i++) {
        // sweep() throws what it meets; only the one at start does not.
        work.add(pool.submit(first::sweep));
      }
      work.add(
          pool.submit(
              () -> {
                for (int i = 0; i < 50; i++) {
                  Conditions.await("written", () -> isTaken(clock.instant()));
                }
              }));
      for (Future<?> each : work) {
        each.get();
      }
    }
    sweepers.forEach(UsagePartitions::close);

    assertThat(total()).isEqualTo(250);
    assertThat(tables.number(DEFAULTS)).isZero();
    assertThat(partitions("usage_minute")).as("only what is due").isLessThan(14);
  }
}
