package dev.latchkey.keys.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.rpc.RetryInfo;
import dev.latchkey.keys.support.Conditions;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.kit.grpc.ServiceCredential;
import dev.latchkey.proto.keys.v1.CreateKeyRequest;
import dev.latchkey.proto.keys.v1.CreateKeyResponse;
import dev.latchkey.proto.keys.v1.KeyServiceGrpc;
import dev.latchkey.proto.keys.v1.KeyServiceGrpc.KeyServiceFutureStub;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Far more slow management than a node can do, beside decisions about keys. */
final class ManagementFloodTest {
  private static final int COLD_KEYS = 60;

  @Test
  void decisionsGoOn_alsoThoseThatNeedTheDatabase_andWhatIsTooMuchIsRefused() throws Exception {
    try (RunningKeyService service = new RunningKeyService();
        RunningKeyService maker = RunningKeyService.beside(service)) {
      String node = service.tenancy().branch("flood").workspace().getId();
      String known = service.create(node).getSecret();
      Conditions.await("the tenancy is known", () -> maker.authenticate(known).hasAllowed());
      // Made on another node, so this one has them to look up.
      List<String> cold =
          IntStream.range(0, COLD_KEYS).mapToObj(_ -> maker.create(node).getSecret()).toList();
      timesOf(service, known, 200);
      long undisturbed = p99(timesOf(service, known, 300));
      makeCreatingSlow(service);

      Flood flood = new Flood(service, node);
      Conditions.await("the flood runs", () -> running(service) >= 7);
      List<Long> knownTimes = timesOf(service, known, 300);
      List<Long> coldTimes =
          cold.stream().map(secret -> timesOf(service, secret, 1).getFirst()).toList();
      Conditions.await("calls are refused", () -> !flood.refusals.isEmpty());
      flood.end();

      assertThat(p99(knownTimes)).isLessThan(Math.max(2 * undisturbed, millis(50)));
      // Without connections kept for them, look-ups wait for whole calls of the flood.
      assertThat(p99(coldTimes)).isLessThan(millis(150));
      assertThat(flood.refusals).allSatisfy(ManagementFloodTest::isClean);
    }
  }

  private static long millis(long count) {
    return Duration.ofMillis(count).toNanos();
  }

  private static void makeCreatingSlow(RunningKeyService service) throws SQLException {
    try (Connection connection = service.database();
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN PERFORM pg_sleep(0.3); RETURN new; END $$
          """);
      statement.execute(
          "CREATE TRIGGER slow BEFORE INSERT ON api_key FOR EACH ROW EXECUTE FUNCTION slow()");
    }
  }

  /**
   * Five hundred clients that create keys, each the next as soon as the last is done or refused.
   */
  private static final class Flood {
    private static final int CLIENTS = 500;

    private final Queue<Throwable> refusals = new ConcurrentLinkedQueue<>();
    private final CountDownLatch ended = new CountDownLatch(CLIENTS);
    private final KeyServiceFutureStub keys;
    private final CreateKeyRequest request;
    private volatile boolean over;

    Flood(RunningKeyService service, String node) {
      keys =
          KeyServiceGrpc.newFutureStub(service.channel())
              .withCallCredentials(ServiceCredential.of(service.platformKey("operator")));
      request = CreateKeyRequest.newBuilder().setNodeId(node).setName("flood").build();
      IntStream.range(0, CLIENTS).forEach(_ -> next());
    }

    private void next() {
      if (over) {
        ended.countDown();
        return;
      }
      Futures.addCallback(
          keys.createKey(request),
          new FutureCallback<>() {
            @Override
            public void onSuccess(CreateKeyResponse created) {
              next();
            }

            @Override
            public void onFailure(Throwable refused) {
              refusals.add(refused);
              next();
            }
          },
          MoreExecutors.directExecutor());
    }

    void end() throws InterruptedException {
      over = true;
      assertThat(ended.await(20, TimeUnit.SECONDS)).as("every call ends").isTrue();
    }
  }

  private static double running(RunningKeyService service) {
    return service
        .host()
        .context()
        .getBean(PrometheusMeterRegistry.class)
        .get("latchkey.management.running")
        .gauge()
        .value();
  }

  private static List<Long> timesOf(RunningKeyService service, String secret, int calls) {
    List<Long> times = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      long start = System.nanoTime();
      assertThat(service.authenticate(secret).hasAllowed()).isTrue();
      times.add(System.nanoTime() - start);
    }
    return times;
  }

  private static long p99(List<Long> times) {
    return times.stream().sorted().toList().get((int) (times.size() * 0.99) - 1);
  }

  private static void isClean(Throwable refusal) {
    assertThat(Status.fromThrowable(refusal).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    com.google.rpc.Status status =
        Objects.requireNonNull(StatusProto.fromThrowable(refusal), "no details");
    assertThat(status.getDetailsList()).anyMatch(detail -> detail.is(RetryInfo.class));
    assertThat(status.toString()).contains("OVERLOADED");
  }
}
