package dev.latchkey.tenancy.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.kit.database.Sql;
import dev.latchkey.proto.tenancy.v1.TenancyResource;
import dev.latchkey.proto.tenancy.v1.WatchResponse;
import dev.latchkey.tenancy.change.ChangeLog;
import dev.latchkey.tenancy.change.Extent;
import dev.latchkey.tenancy.change.LoggedChange;
import dev.latchkey.tenancy.change.NewestRevision;
import dev.latchkey.tenancy.testing.Api;
import dev.latchkey.tenancy.testing.Await;
import dev.latchkey.tenancy.testing.Deployment;
import dev.latchkey.tenancy.testing.Watcher;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

final class CompactionTest {
  @AutoClose private final Deployment deployment = new Deployment();
  private final Api operator = deployment.asOperator();

  private void sql(String statement, Object... parameters) {
    deployment.transactions().change(in -> Sql.update(in, statement, parameters));
  }

  /** Appends changes of 2 KB each that were committed so long ago. */
  private long fillLog(int count, String age) {
    byte[] payload =
        TenancyResource.newBuilder()
            .setPlan(
                dev.latchkey.proto.tenancy.v1.Plan.newBuilder().setDisplayName("x".repeat(2_000)))
            .build()
            .toByteArray();
    sql(
        """
        WITH filled AS (
          INSERT INTO change_log (revision, payload, commit_time)
          SELECT h.revision + n, ?, now() - ?::interval FROM change_head h, generate_series(1, ?) n)
        UPDATE change_head SET revision = revision + ?
        """,
        payload,
        age,
        count,
        count);
    return deployment.newestRevision();
  }

  private Extent extent() {
    return deployment.transactions().read(deployment.bean(ChangeLog.class)::extent);
  }

  private int compact() {
    return deployment.bean(Compaction.class).compact();
  }

  @Test
  void whatIsOldEnough_isDropped_andNothingElse() {
    sql("UPDATE change_log SET commit_time = now() - interval '3 days'");
    long old = fillLog(2_500, "25 hours");
    long newest = fillLog(10, "23 hours");

    int dropped = compact();

    assertThat(dropped).isEqualTo((int) old);
    assertThat(extent()).isEqualTo(new Extent(old + 1, newest));
    assertThat(compact()).isZero();
  }

  @Test
  void theNewestChange_staysHoweverOldItIs() {
    long newest = fillLog(5, "90 days");
    sql("UPDATE change_log SET commit_time = now() - interval '90 days'");

    int _ = compact();

    assertThat(extent()).isEqualTo(new Extent(newest, newest));
  }

  /** A change that seems old although it came after a young one stays: there is never a hole. */
  @Test
  void aClockThatWasWrongForATime_leavesNoHole() {
    sql("UPDATE change_log SET commit_time = now() - interval '3 days'");
    long old = deployment.newestRevision();
    fillLog(3, "1 hour");
    fillLog(3, "30 hours");
    long newest = fillLog(3, "1 hour");

    int dropped = compact();

    assertThat(dropped).isEqualTo((int) old);
    List<LoggedChange> kept =
        deployment
            .transactions()
            .read(in -> deployment.bean(ChangeLog.class).read(in, old + 1, 100));
    assertThat(kept)
        .extracting(LoggedChange::revision)
        .isEqualTo(LongStream.rangeClosed(old + 1, newest).boxed().toList());
  }

  @Test
  void aStreamThatLagsBehindWhatIsDropped_isToldToTakeASnapshot_neverGivenAGap() throws Exception {
    sql("UPDATE change_log SET commit_time = now() - interval '3 days'");
    long last = fillLog(4_000, "25 hours");
    try (Watcher watcher = Watcher.startSlow(operator, 1)) {
      Await.until("the first message came", () -> watcher.waiting() == 1);
      int _ = compact();
      watcher.request(Integer.MAX_VALUE);

      long expected = 1;
      WatchResponse event = watcher.next();
      while (event.hasChange()) {
        assertThat(event.getChange().getResource().getRevision()).isEqualTo(expected++);
        event = watcher.next();
      }
      assertThat(expected).isLessThan(last);
      assertThat(event.getSnapshotRequired().getOldestRevision())
          .isGreaterThan(expected)
          .isLessThanOrEqualTo(last);
    }
  }

  @Test
  void twoNodesThatCompactAtOnce_dropEachChangeOnce() throws Exception {
    Deployment.Node other = deployment.startNode();
    long last = fillLog(3_000, "25 hours");
    sql("UPDATE change_log SET commit_time = now() - interval '3 days'");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Compaction there = other.host().context().getBean(Compaction.class);
      Future<Integer> second = threads.submit(there::compact);

      int first = compact();

      assertThat(first + second.get()).isEqualTo((int) last - 1);
    }
    assertThat(extent()).isEqualTo(new Extent(last, last));
  }

  /** As after a restore of the database: the stream must say so, and the service not spin. */
  @Test
  void aStreamWhoseChangesWereLost_isToldToTakeASnapshot() throws Exception {
    long newest = deployment.newestRevision();
    fillLog(5, "1 hour");
    NewestRevision reached = deployment.bean(NewestRevision.class);
    try (Watcher watcher = Watcher.start(operator, newest + 1)) {
      watcher.changesUpTo(newest + 5);
      assertThat(watcher.next().getProgress().getRevision()).isEqualTo(newest + 5);

      sql("UPDATE change_head SET revision = revision - 5");
      sql("DELETE FROM change_log WHERE revision > ?", newest);

      WatchResponse event = watcher.next();
      while (event.hasProgress()) {
        event = watcher.next();
      }
      assertThat(event.getSnapshotRequired().getNewestRevision()).isEqualTo(newest);
    }
    try (Watcher watcher = Watcher.start(operator, newest + 1)) {
      assertThat(watcher.next().getProgress().getRevision()).isEqualTo(newest);
      Await.until("taken back", () -> reached.current() == newest);
    }
  }
}
