package dev.latchkey.tenancy.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.latchkey.kit.database.Sql;
import dev.latchkey.proto.tenancy.v1.TenancyResource;
import dev.latchkey.proto.tenancy.v1.WatchResponse;
import dev.latchkey.tenancy.change.ChangeLog;
import dev.latchkey.tenancy.testing.Api;
import dev.latchkey.tenancy.testing.Await;
import dev.latchkey.tenancy.testing.Deployment;
import dev.latchkey.tenancy.testing.Refusal;
import dev.latchkey.tenancy.testing.Watcher;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

final class WatchTest {
  @AutoClose private final Deployment deployment = new Deployment();
  private final Api operator = deployment.asOperator();

  private void forgetBelow(long revision) {
    deployment
        .transactions()
        .write(in -> deployment.bean(ChangeLog.class).forgetBelow(in, revision));
  }

  @Test
  void watchFromTheFirstRevision_showsEveryChange_asItStoodThen() throws Exception {
    Message organization =
        operator.call("CreateOrganization", "slug", "acme", "display_name", "Acme");
    operator.call("SuspendOrganization", "id", Api.id(organization));

    try (Watcher watcher = Watcher.start(operator, 1)) {
      TenancyResource plan = watcher.nextChange();
      TenancyResource created = watcher.nextChange();
      TenancyResource suspended = watcher.nextChange();

      assertThat(plan.getPlan().getSlug()).isEqualTo("default");
      assertThat(plan.getRevision()).isEqualTo(1);
      assertThat(created.getRevision()).isEqualTo(2);
      assertThat(created.getOrganization().getDisplayName()).isEqualTo("Acme");
      assertThat(created.getOrganization().getState().name()).isEqualTo("NODE_STATE_ACTIVE");
      assertThat(created.getOrganization().getEffectiveStateValue()).isZero();
      assertThat(suspended.getRevision()).isEqualTo(3);
      assertThat(suspended.getOrganization().getState().name()).isEqualTo("NODE_STATE_SUSPENDED");
    }
  }

  @Test
  void watch_resumesWhereItLeftOff() throws Exception {
    deployment.organization();
    long left = deployment.newestRevision();
    deployment.organization();

    try (Watcher watcher = Watcher.start(operator, left + 1)) {
      assertThat(watcher.nextChange().getRevision()).isEqualTo(left + 1);
    }
  }

  @Test
  void watcherThatIsUpToDate_isToldSoAtOnce_andEverySecond() throws Exception {
    long newest = deployment.newestRevision();

    try (Watcher watcher = Watcher.start(operator, newest + 1)) {
      assertThat(watcher.next().getProgress().getRevision()).isEqualTo(newest);
      long first = System.nanoTime();
      assertThat(watcher.next().getProgress().getRevision()).isEqualTo(newest);
      assertThat(Duration.ofNanos(System.nanoTime() - first))
          .isBetween(Duration.ofMillis(500), Duration.ofSeconds(5));
    }
  }

  @Test
  void watcherThatCatchesUp_isToldSo_afterTheChanges() throws Exception {
    deployment.organization();
    long newest = deployment.newestRevision();

    try (Watcher watcher = Watcher.start(operator, 1)) {
      watcher.changesUpTo(newest);

      assertThat(watcher.next().getProgress().getRevision()).isEqualTo(newest);
    }
  }

  @Test
  void changeOfTheSameNode_wakesTheWatcher_withoutAnyPoll() throws Exception {
    // Without it a watcher looks once a second by itself: half a second late on average.
    deployment.bean(HeadPoll.class).close();

    assertThat(medianDelay(operator)).isLessThan(Duration.ofMillis(300));
  }

  @Test
  void changeOfAnotherNode_isFoundByThePoll() throws Exception {
    Api other = deployment.startNode().asOperator();

    assertThat(medianDelay(other)).isLessThan(Duration.ofMillis(400));
  }

  /** How long after its answer a change made through one node reaches a watcher of the first. */
  private Duration medianDelay(Api writer) throws InterruptedException {
    List<Duration> delays = new ArrayList<>();
    try (Watcher watcher = Watcher.start(operator, deployment.newestRevision() + 1)) {
      watcher.next();
      for (int i = 0; i < 11; i++) {
        Message created = writer.call("CreateOrganization", "slug", Deployment.newSlug());
        long answered = System.nanoTime();
        assertThat(watcher.nextChange().getOrganization().getId()).isEqualTo(Api.id(created));
        delays.add(Duration.ofNanos(System.nanoTime() - answered));
      }
    }
    delays.sort(null);
    return delays.get(delays.size() / 2);
  }

  @Test
  void manyWritersAtOnce_onTwoNodes_leaveNoGap_andNoRevisionTwice() throws Exception {
    Api other = deployment.startNode().asOperator();
    long before = deployment.newestRevision();
    int writers = 8;
    int changes = 15;
    try (Watcher here = Watcher.start(operator, before + 1);
        Watcher there = Watcher.start(other, before + 1);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < writers; i++) {
        Api api = i % 2 == 0 ? operator : other;
        running.add(
            threads.submit(
                () -> {
                  for (int n = 0; n < changes; n++) {
                    api.call("CreateOrganization", "slug", Deployment.newSlug());
                  }
                }));
      }
      long last = before + (long) writers * changes;

      List<Long> dense = LongStream.rangeClosed(before + 1, last).boxed().toList();
      assertThat(here.changesUpTo(last)).extracting(TenancyResource::getRevision).isEqualTo(dense);
      assertThat(there.changesUpTo(last)).extracting(TenancyResource::getRevision).isEqualTo(dense);
      for (Future<?> writer : running) {
        writer.get();
      }
    }
    assertThat(deployment.newestRevision()).isEqualTo(before + (long) writers * changes);
  }

  @Test
  void startThatIsNotKeptAnyMore_requiresASnapshot_andEndsTheStream() throws Exception {
    deployment.organization();
    deployment.organization();
    long newest = deployment.newestRevision();
    forgetBelow(newest);

    try (Watcher watcher = Watcher.start(operator, newest - 1)) {
      WatchResponse.SnapshotRequired answer = watcher.next().getSnapshotRequired();

      assertThat(answer.getOldestRevision()).isEqualTo(newest);
      assertThat(answer.getNewestRevision()).isEqualTo(newest);
      assertThat(watcher.end()).isNull();
    }
    try (Watcher watcher = Watcher.start(operator, newest)) {
      assertThat(watcher.nextChange().getRevision()).isEqualTo(newest);
    }
  }

  @Test
  void startInALogThatWasEmptied_requiresASnapshot_andOneAfterTheNewestDoesNot() throws Exception {
    long newest = deployment.newestRevision();
    forgetBelow(newest + 1);

    try (Watcher old = Watcher.start(operator, newest);
        Watcher fresh = Watcher.start(operator, newest + 1)) {
      assertThat(old.next().getSnapshotRequired().getOldestRevision()).isEqualTo(newest + 1);
      assertThat(fresh.next().getProgress().getRevision()).isEqualTo(newest);
    }
  }

  @Test
  void startBeyondTheNextRevision_requiresASnapshot() throws Exception {
    long newest = deployment.newestRevision();

    try (Watcher watcher = Watcher.start(operator, newest + 2)) {
      assertThat(watcher.next().getSnapshotRequired().getNewestRevision()).isEqualTo(newest);
      assertThat(watcher.end()).isNull();
    }
  }

  @Test
  void startBelowOne_isRefused() throws Exception {
    for (long from : new long[] {0, -1, Long.MIN_VALUE}) {
      try (Watcher watcher = Watcher.start(operator, from)) {
        Refusal refusal = Refusal.of(watcher.end());

        assertThat(refusal.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refusal.fields()).containsExactly("from_revision");
      }
    }
  }

  @Test
  void slowWatcher_isWaitedFor_andMissesNothing() throws Exception {
    int changes = 4_000;
    long last = deployment.newestRevision() + changes;
    fillLog(changes);

    try (Watcher watcher = Watcher.startSlow(operator, 1)) {
      Await.until("the first message came", () -> watcher.waiting() == 1);
      watcher.request(Integer.MAX_VALUE);

      assertThat(watcher.changesUpTo(last))
          .extracting(TenancyResource::getRevision)
          .isEqualTo(LongStream.rangeClosed(1, last).boxed().toList());
    }
  }

  @Test
  void changesThatASlowWatcherHasNotAskedFor_stayInTheLog_andAreNotHeldInMemory() throws Exception {
    int changes = 4_000;
    fillLog(changes);
    long last = deployment.newestRevision();

    try (Watcher watcher = Watcher.startSlow(operator, 1)) {
      Await.until("the first message came", () -> watcher.waiting() == 1);
      readAll(last);
      forgetBelow(last + 1);
      watcher.request(Integer.MAX_VALUE);

      // Had they been read ahead, they would all come, and none would be missed.
      WatchResponse event = watcher.next();
      while (event.hasChange()) {
        assertThat(event.getChange().getResource().getRevision()).isLessThan(last);
        event = watcher.next();
      }
      assertThat(event.getSnapshotRequired().getOldestRevision()).isEqualTo(last + 1);
    }
  }

  /** Takes so long that a server that did not wait for a slow watcher would be done with it too. */
  private void readAll(long last) throws InterruptedException {
    for (int i = 0; i < 2; i++) {
      try (Watcher fast = Watcher.start(operator, 1)) {
        fast.changesUpTo(last);
      }
    }
  }

  /** Writes changes of 2 KB each to the log: more than the buffers between two sockets hold. */
  private void fillLog(int count) {
    byte[] payload =
        TenancyResource.newBuilder()
            .setPlan(
                dev.latchkey.proto.tenancy.v1.Plan.newBuilder().setDisplayName("x".repeat(2_000)))
            .build()
            .toByteArray();
    deployment
        .transactions()
        .write(
            in ->
                Sql.update(
                    in,
                    """
                    WITH filled AS (
                      INSERT INTO change_log (revision, payload)
                      SELECT h.revision + n, ? FROM change_head h, generate_series(1, ?) n)
                    UPDATE change_head SET revision = revision + ?
                    """,
                    payload,
                    count,
                    count));
  }

  @Test
  void watcherThatLeaves_isForgotten() throws Exception {
    HeadPoll poll = deployment.bean(HeadPoll.class);
    Watcher watcher = Watcher.start(operator, 1);
    watcher.next();
    assertThat(poll.watchers()).isEqualTo(1);

    watcher.close();

    Await.until("nobody watches", () -> poll.watchers() == 0);
  }

  @Test
  void drainingService_tellsItsWatchersToGoElsewhere_andEndsAtOnce() throws Exception {
    Deployment.Node second = deployment.startNode();
    Watcher watcher = Watcher.start(second.asOperator(), 1);
    watcher.next();
    long asked = System.nanoTime();

    second.host().close();

    Refusal refusal = Refusal.of(watcher.end());
    assertThat(refusal.code()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(5));
  }
}
