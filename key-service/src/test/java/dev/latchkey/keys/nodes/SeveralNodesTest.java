package dev.latchkey.keys.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.keys.support.Conditions;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.kit.grpc.Channels;
import dev.latchkey.kit.grpc.ServiceCredential;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc.AuthenticationServiceBlockingStub;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Three nodes on one database, behind one channel. */
final class SeveralNodesTest {
  @Test
  void callsAreSpread_andANodeThatEndsFailsNone() throws InterruptedException {
    try (RunningKeyService first = new RunningKeyService();
        RunningKeyService second = RunningKeyService.beside(first);
        RunningKeyService third = RunningKeyService.beside(first)) {
      List<RunningKeyService> nodes = List.of(first, second, third);
      String secret =
          first.create(first.tenancy().branch("spread").workspace().getId()).getSecret();
      ManagedChannel channel = open(nodes);
      try {
        AuthenticationServiceBlockingStub stub =
            AuthenticationServiceGrpc.newBlockingStub(channel)
                .withCallCredentials(ServiceCredential.of(first.platformKey("edge")));
        Conditions.await("all nodes allow", () -> allowedEverywhere(stub, nodes, secret));

        Queue<String> failures = new ConcurrentLinkedQueue<>();
        AtomicInteger answered = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> clients =
            IntStream.range(0, 4)
                .mapToObj(
                    _ ->
                        Thread.ofVirtual()
                            .start(
                                () -> {
                                  while (!over.get()) {
                                    ask(stub, secret, failures);
                                    answered.incrementAndGet();
                                  }
                                }))
                .toList();
        Conditions.await("the load runs", () -> answered.get() > 200);
        third.host().close();
        second.host().close();
        int before = answered.get();
        Conditions.await("the load goes on", () -> answered.get() > before + 500);
        over.set(true);
        for (Thread client : clients) {
          client.join();
        }

        assertThat(failures).isEmpty();
      } finally {
        channel.shutdownNow();
      }
    }
  }

  private static ManagedChannel open(List<RunningKeyService> nodes) {
    return Channels.open(
        String.join(",", nodes.stream().map(node -> "127.0.0.1:" + node.host().port()).toList()));
  }

  private static void ask(
      AuthenticationServiceBlockingStub stub, String secret, Queue<String> failures) {
    try {
      AuthenticateResponse answer = authenticate(stub, secret);
      if (!answer.hasAllowed()) {
        failures.add(answer.getDenied().getReason().name());
      }
    } catch (StatusRuntimeException failure) {
      failures.add(String.valueOf(failure.getStatus()));
    }
  }

  private static AuthenticateResponse authenticate(
      AuthenticationServiceBlockingStub stub, String secret) {
    return stub.withDeadlineAfter(5, TimeUnit.SECONDS)
        .authenticate(AuthenticateRequest.newBuilder().setCredential(secret).build());
  }

  private static boolean allowedEverywhere(
      AuthenticationServiceBlockingStub stub, List<RunningKeyService> nodes, String secret) {
    List<Double> before = nodes.stream().map(SeveralNodesTest::allowed).toList();
    IntStream.range(0, 30).forEach(_ -> authenticate(stub, secret));
    return IntStream.range(0, nodes.size())
        .allMatch(i -> allowed(nodes.get(i)) - before.get(i) >= 9);
  }

  private static double allowed(RunningKeyService node) {
    return node.host()
        .context()
        .getBean(PrometheusMeterRegistry.class)
        .get("latchkey.authenticate.decisions")
        .tag("outcome", "allowed")
        .functionCounter()
        .count();
  }
}
