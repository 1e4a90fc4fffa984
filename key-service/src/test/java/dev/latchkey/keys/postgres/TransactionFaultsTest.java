package dev.latchkey.keys.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.keys.support.DatabaseProxy;
import dev.latchkey.keys.support.DatabaseProxy.Moment;
import dev.latchkey.keys.support.PostgresServer;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.kit.database.Sql;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.proto.errors.v1.ErrorReason;
import dev.latchkey.proto.keys.v1.CreateKeyRequest;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of transactions that fail, on a real server, with a role that owns its database. */
class TransactionFaultsTest {
  private static PostgresServer server;
  private static DatabaseProxy proxy;
  private static RunningKeyService service;
  private static Transactions transactions;

  @BeforeAll
  static void start() {
    server = PostgresServer.create(Map.of("fsync", "off"));
    server.execute("postgres", "CREATE ROLE latchkey LOGIN", "CREATE DATABASE keys OWNER latchkey");
    proxy = new DatabaseProxy(server.url("keys"));
    service =
        RunningKeyService.on(
            proxy.url() + "?prepareThreshold=0", Map.of("LATCHKEY_KEYS_DATABASE_USER", "latchkey"));
    transactions = service.host().context().getBean(Transactions.class);
    server.execute("keys", "CREATE TABLE tried (id int, n int)", "GRANT ALL ON tried TO latchkey");
  }

  @AfterAll
  static void stop() {
    if (service != null) {
      service.close();
    }
    if (proxy != null) {
      proxy.close();
    }
    if (server != null) {
      server.close();
    }
  }

  @BeforeEach
  void empty() {
    server.execute("keys", "TRUNCATE tried", "INSERT INTO tried VALUES (1, 0), (2, 0)");
  }

  private static int add(Connection connection, int id) {
    return Sql.update(connection, "UPDATE tried SET n = n + 1 WHERE id = ?", id);
  }

  private static int sum() {
    return Integer.parseInt(server.value("keys", "SELECT sum(n) FROM tried"));
  }

  private static void assertUnavailable(ThrowingCallable work) {
    assertThatThrownBy(work)
        .isInstanceOfSatisfying(
            ApiException.class,
            refusal ->
                assertThat(refusal.reason())
                    .isEqualTo(ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE))
        .hasMessage("The keys database cannot be reached just now.");
  }

  /** Runs two at once, each of which does its first part before the other does its second. */
  private static void together(List<Function<Runnable, Integer>> both) throws Exception {
    CountDownLatch begun = new CountDownLatch(2);
    List<CompletableFuture<Integer>> results = new ArrayList<>();
    for (Function<Runnable, Integer> work : both) {
      AtomicBoolean first = new AtomicBoolean(true);
      Runnable meet =
          () -> {
            if (first.getAndSet(false)) {
              begun.countDown();
              try {
                assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            }
          };
      results.add(
          CompletableFuture.supplyAsync(() -> work.apply(meet), Thread::startVirtualThread));
    }
    for (CompletableFuture<Integer> result : results) {
      int _ = result.get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void deadlockedTransactions_bothHappen_onceEach() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    together(
        List.of(
            meet -> transactions.write(in -> inOrder(in, 1, 2, meet, runs)),
            meet -> transactions.write(in -> inOrder(in, 2, 1, meet, runs))));
    assertThat(sum()).isEqualTo(4);
    assertThat(runs).as("one of them was the victim").hasValue(3);
  }

  private static int inOrder(
      Connection in, int first, int second, Runnable meet, AtomicInteger runs) {
    runs.incrementAndGet();
    int changed = add(in, first);
    meet.run();
    return changed + add(in, second);
  }

  @Test
  void transactionsThatCannotBeSerialized_happenOneAfterTheOther() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    Function<Runnable, Integer> insertCount =
        meet ->
            transactions.write(
                in -> {
                  runs.incrementAndGet();
                  int _ = Sql.update(in, "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE");
                  int n = Sql.first(in, "SELECT count(*) FROM tried", row -> row.getInt(1)).get();
                  meet.run();
                  return Sql.update(in, "INSERT INTO tried VALUES (3, ?)", n);
                });
    together(List.of(insertCount, insertCount));
    assertThat(server.value("keys", "SELECT string_agg(n::text, ' ' ORDER BY n) FROM tried"))
        .isEqualTo("0 0 2 3");
    assertThat(runs).hasValue(3);
  }

  @Test
  void aWriteWhoseConnectionIsEndedBeforeItsCommit_isRunOnceMore_andHappensOnce() {
    AtomicInteger runs = new AtomicInteger();
    int changed =
        transactions.write(
            in -> {
              if (runs.incrementAndGet() == 1) {
                int _ = add(in, 2);
                endBackend(in);
              }
              return add(in, 1);
            });
    assertThat(changed).isEqualTo(1);
    assertThat(runs).hasValue(2);
    assertThat(sum()).isEqualTo(1);
  }

  private static void endBackend(Connection in) {
    int pid = Sql.first(in, "SELECT pg_backend_pid()", row -> row.getInt(1)).orElseThrow();
    server.execute("keys", "SELECT pg_terminate_backend(%d, 5000)".formatted(pid));
  }

  @Test
  void aWriteThatLosesEveryConnection_isUnavailable_andHappensNever() {
    AtomicInteger runs = new AtomicInteger();
    assertUnavailable(
        () ->
            transactions.write(
                in -> {
                  runs.incrementAndGet();
                  int changed = add(in, 1);
                  endBackend(in);
                  return changed + add(in, 1);
                }));
    assertThat(runs).hasValue(2);
    assertThat(sum()).isZero();
  }

  @Test
  void aReadWhoseConnectionIsCut_isRunOnceMore() {
    proxy.cutAt("FROM tried", Moment.AFTER_ANSWER);
    int rows =
        transactions.read(
            in -> Sql.first(in, "SELECT count(*) FROM tried", row -> row.getInt(1)).get());
    assertThat(rows).isEqualTo(2);
    assertThat(proxy.hasCut()).isTrue();
  }

  @Test
  void aWriteCutAfterItsCommitWasSent_isNeverRunAgain() {
    AtomicInteger runs = new AtomicInteger();
    proxy.cutCommitOf("UPDATE tried", Moment.AFTER_ANSWER);
    assertUnavailable(
        () ->
            transactions.write(
                in -> {
                  runs.incrementAndGet();
                  return add(in, 1);
                }));
    assertThat(proxy.hasCut()).isTrue();
    assertThat(runs).hasValue(1);
    assertThat(sum()).as("it was committed, though nobody was told").isEqualTo(1);
  }

  @Test
  void aCallWithARequestId_whoseCommitsAnswerIsLost_makesOneKey() {
    String node = service.tenancy().branch("in-doubt").project().getId();
    var first = service.create(node);
    assertThat(first.getSecret()).isNotEmpty();
    for (Moment moment : Moment.values()) {
      String id = UUID.randomUUID().toString();
      proxy.cutCommitOf("INSERT INTO api_key", moment);
      try {
        var _ =
            service
                .keys()
                .createKey(
                    CreateKeyRequest.newBuilder()
                        .setNodeId(node)
                        .setName(moment.name())
                        .setRequestId(id)
                        .build());
      } catch (io.grpc.StatusRuntimeException repeated) {
        assertThat(moment).isEqualTo(Moment.AFTER_ANSWER);
        assertThat(repeated.getStatus().getCode()).isNotEqualTo(io.grpc.Status.Code.INTERNAL);
      }
      assertThat(
              server.value(
                  "keys", "SELECT count(*) FROM api_key WHERE name = '%s'".formatted(moment)))
          .isEqualTo("1");
    }
  }

  @Test
  void aServerThatOnlyReads_isUnavailable_andItsConnectionIsNotUsedAgain() {
    List<Integer> backends = new ArrayList<>();
    assertUnavailable(
        () ->
            transactions.write(
                in -> {
                  backends.add(
                      Sql.first(in, "SELECT pg_backend_pid()", row -> row.getInt(1)).get());
                  int _ = Sql.update(in, "SET TRANSACTION READ ONLY");
                  return add(in, 1);
                }));
    assertThat(backends).doesNotHaveDuplicates().hasSize(2);
    for (int backend : backends) {
      dev.latchkey.keys.support.Conditions.await(
          "the connection is closed",
          () ->
              server
                  .value("keys", "SELECT count(*) FROM pg_stat_activity WHERE pid = " + backend)
                  .equals("0"));
    }
  }

  @Test
  void aRowThatStaysLocked_isUnavailableAfterFiveSeconds_notWaitedForForEver() throws Exception {
    try (Connection holder = server.connect("keys")) {
      holder.setAutoCommit(false);
      int _ = add(holder, 1);
      long start = System.nanoTime();
      assertUnavailable(() -> transactions.write(in -> add(in, 1)));
      assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start))
          .isBetween(4_000L, 9_000L);
      holder.rollback();
    }
  }

  @Test
  void workHasTimeLimits_andASnapshotHasNone() {
    Function<Connection, String> limit =
        in -> Sql.first(in, "SHOW statement_timeout", row -> row.getString(1)).orElseThrow();
    assertThat(transactions.write(limit)).isEqualTo("10s");
    assertThat(transactions.read(limit)).isEqualTo("10s");
    assertThat(transactions.snapshot(limit)).isEqualTo("0");
  }

  @Test
  void aFullDisk_isUnavailable_andIsNotTriedAgain() {
    AtomicInteger runs = new AtomicInteger();
    assertUnavailable(
        () ->
            transactions.change(
                in -> {
                  runs.incrementAndGet();
                  int _ =
                      Sql.update(in, "DO $$ BEGIN RAISE 'full' USING ERRCODE = '53100'; END $$");
                }));
    assertThat(runs).hasValue(1);
  }

  @Test
  void noSessionHoldsAnAdvisoryLock_andNoSequenceIsUsed() throws ExecutionException {
    String node = service.tenancy().branch("hot").project().getId();
    String secret = service.create(node).getSecret();
    assertThat(service.authenticate(secret).hasAllowed()).isTrue();
    assertThat(server.value("keys", "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"))
        .isEqualTo("0");
    assertThat(
            server.value(
                "keys", "SELECT count(*) FROM pg_sequences WHERE schemaname NOT LIKE 'pg\\_%'"))
        .isEqualTo("0");
  }
}
