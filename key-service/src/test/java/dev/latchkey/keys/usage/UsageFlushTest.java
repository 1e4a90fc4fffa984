package dev.latchkey.keys.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.keys.decision.Decision;
import dev.latchkey.keys.decision.DenialReason;
import dev.latchkey.keys.support.Conditions;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.kit.database.JdbcTransactions;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.net.FixedAddress;
import dev.latchkey.proto.keys.v1.CreateKeyResponse;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.sql.Connection;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** What was counted reaches the database once: late, but neither twice nor never. */
final class UsageFlushTest {
  private static final Decision DENIED = Decision.denied(DenialReason.DISABLED);
  private static final Map<String, String> SELDOM = Map.of("LATCHKEY_USAGE_FLUSH_INTERVAL", "60s");

  private static UsageBatch batch(long sequence, UUID key) {
    UsageMeters meters = new UsageMeters();
    UsageBuffer buffer = new UsageBuffer(10);
    Meters.of(meters, key, List.of())
        .count(DENIED, FixedAddress.of(InetAddress.ofLiteral("192.0.2.1")), 60_000);
    meters.drain(buffer::add);
    return new UsageBatch(sequence, buffer.take(10));
  }

  private static Transactions transactions(RunningKeyService service) {
    return service.host().context().getBean(Transactions.class);
  }

  @Test
  void theSameCountsWrittenAgain_countTwiceUnderANewNumber_butOnceUnderTheirs() {
    try (RunningKeyService service = new RunningKeyService(SELDOM)) {
      UsageTables tables = new UsageTables(service);
      UsageWriter writer = new UsageWriter(transactions(service), UUID.randomUUID());
      UUID key = UUID.randomUUID();

      writer.write(batch(1, key), Instant.EPOCH);
      writer.write(batch(2, key), Instant.EPOCH);
      assertThat(tables.sum(BucketSize.DAY, key.toString())).as("the anomaly").isEqualTo(2);

      writer.write(batch(2, key), Instant.EPOCH);
      assertThat(tables.sum(BucketSize.DAY, key.toString())).isEqualTo(2);
      assertThat(tables.number("SELECT sum(count) FROM usage_address")).isEqualTo(2);
      assertThat(tables.number("SELECT daily[1] FROM usage_key_total")).isEqualTo(2);
    }
  }

  /** Commits, and then says that the connection was lost before the answer came. */
  private static final class CommitWithoutAnswer extends JdbcTransactions {
    private boolean lose = true;

    CommitWithoutAnswer(DataSource connections) {
      super(connections);
    }

    @Override
    public <T> T run(Mode mode, Function<Connection, T> work) {
      T result = super.run(mode, work);
      if (lose) {
        lose = false;
        throw new IllegalStateException(new SQLNonTransientConnectionException("lost", "08006"));
      }
      return result;
    }
  }

  @Test
  void aCommitWhoseAnswerWasLost_isNotAppliedAgain() {
    try (RunningKeyService service = new RunningKeyService(SELDOM)) {
      UsageTables tables = new UsageTables(service);
      DataSource connections = service.host().context().getBean(DataSource.class);
      UsageMeters meters = new UsageMeters();
      UsageFlusher flusher =
          new UsageFlusher(
              meters,
              new Transactions(new CommitWithoutAnswer(connections), "key database"),
              service.host().context().getBean(UsageSettings.class),
              service.clock(),
              new SimpleMeterRegistry());
      UUID key = UUID.randomUUID();
      KeyMeter meter = Meters.of(meters, key, List.of());
      meter.count(DENIED, null, 60_000);
      assertThatThrownBy(flusher::flush).isInstanceOf(RuntimeException.class);
      meter.count(DENIED, null, 60_000);
      flusher.flush();
      flusher.close();

      assertThat(tables.sum(BucketSize.DAY, key.toString())).isEqualTo(2);
    }
  }

  @Test
  void whileTheDatabaseIsAway_countsWait_andAreWrittenOnceItIsBack() {
    try (RunningKeyService service = new RunningKeyService(SELDOM)) {
      UsageTables tables = new UsageTables(service);
      CreateKeyResponse key = service.create(service.tenancy().branch("away").project().getId());
      service.authenticate(key.getSecret());
      service.loseDatabase();
      assertThatThrownBy(tables::flush).isInstanceOf(RuntimeException.class);
      service.clock().advance(Duration.ofMinutes(3));
      service.authenticate(key.getSecret());
      assertThatThrownBy(tables::flush).isInstanceOf(RuntimeException.class);

      service.restoreDatabase();
      Conditions.await(
          "the counts are written",
          () -> {
            try {
              tables.flush();
              return true;
            } catch (RuntimeException stillAway) {
              return false;
            }
          });
      assertThat(tables.sum(BucketSize.MINUTE, key.getKey().getId())).isEqualTo(2);
      assertThat(tables.sum(BucketSize.DAY, key.getKey().getId())).isEqualTo(2);
    }
  }

  @Test
  void aServiceThatEnds_writesItsLastCounts_andOneThatIsCutOffLosesNoMoreThanThose() {
    RunningKeyService service = new RunningKeyService(SELDOM);
    UsageTables tables = new UsageTables(service);
    String id;
    try (service) {
      CreateKeyResponse key = service.create(service.tenancy().branch("ends").project().getId());
      id = key.getKey().getId();
      service.authenticate(key.getSecret());
      tables.flush();
      service.authenticate(key.getSecret());
      assertThat(tables.sum(BucketSize.DAY, id)).as("what a crash would leave").isEqualTo(1);
    }
    assertThat(tables.sum(BucketSize.DAY, id)).isEqualTo(2);
  }

  @Test
  void countsAreWrittenByThemselves_everyInterval() {
    try (RunningKeyService service =
        new RunningKeyService(Map.of("LATCHKEY_USAGE_FLUSH_INTERVAL", "100ms"))) {
      UsageTables tables = new UsageTables(service);
      CreateKeyResponse key =
          service.create(service.tenancy().branch("by-itself").project().getId());
      for (int calls = 1; calls <= 2; calls++) {
        service.authenticate(key.getSecret());
        long expected = calls;
        Conditions.await(
            "written", () -> tables.sum(BucketSize.DAY, key.getKey().getId()) == expected);
      }
    }
  }

  @Test
  void writingRests_afterMoreThanAFewKeys_longerThanItTook_aMinuteAtMost() {
    assertThat(UsageFlusher.rest(0, Duration.ofSeconds(1))).isZero();
    assertThat(UsageFlusher.rest(UsageFlusher.FEW, Duration.ofSeconds(1))).isZero();
    assertThat(UsageFlusher.rest(UsageFlusher.FEW + 1L, Duration.ofSeconds(1)))
        .isEqualTo(Duration.ofSeconds(29));
    assertThat(UsageFlusher.rest(200_000, Duration.ofSeconds(20)))
        .isEqualTo(Duration.ofSeconds(60));
  }

  @Test
  void whatIsCountedWhileWritingRests_isWrittenWhenTheServiceEnds() {
    RunningKeyService service =
        new RunningKeyService(Map.of("LATCHKEY_USAGE_FLUSH_INTERVAL", "100ms"));
    UsageTables tables = new UsageTables(service);
    String node = UUID.randomUUID().toString();
    int keys = 10_001;
    AtomicLong counted = new AtomicLong(keys);
    try (service) {
      UsageMeters meters = service.host().context().getBean(UsageMeters.class);
      List<UUID> lineage = List.of(UUID.fromString(node));
      for (int key = 0; key < keys; key++) {
        Meters.of(meters, UUID.randomUUID(), lineage).count(DENIED, null, 60_000);
      }
      Conditions.await("some are written", () -> tables.sum(BucketSize.DAY, node) > 0);
      // Whoever does not rest takes what there is at each interval, and keeps its counters then.
      Conditions.await(
          "nothing is taken at an interval",
          () -> {
            Meters.of(meters, UUID.randomUUID(), lineage).count(DENIED, null, 60_000);
            counted.incrementAndGet();
            return meters.kept() == 0 && meters.counting() > 1;
          });
    }
    assertThat(tables.sum(BucketSize.DAY, node)).isEqualTo(counted.get());
  }
}
