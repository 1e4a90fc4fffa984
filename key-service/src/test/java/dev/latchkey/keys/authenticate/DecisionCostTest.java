package dev.latchkey.keys.authenticate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.sun.management.ThreadMXBean;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.CreateKeyRequest;
import dev.latchkey.proto.tenancy.v1.RateLimit;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What a decision costs, in measures that do not depend on how busy the machine is. Every check has
 * something to do: scopes, allowed networks, a rate limit, usage.
 */
final class DecisionCostTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /**
   * The answer, of 32 bytes, and what it tells of the limit that was drawn from, of 40: with the
   * larger headers that objects have here. Not a byte more, also before the optimizing compiler.
   */
  private static final long ANSWER_BYTES = 72;

  private static RunningKeyService service;

  @BeforeAll
  static void start() {
    service = new RunningKeyService();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private static AuthenticateRequest request(String branch) {
    String secret =
        service
            .keys()
            .createKey(
                CreateKeyRequest.newBuilder()
                    .setNodeId(service.tenancy().branch(branch).workspace().getId())
                    .setName("measured")
                    .addScopes("documents:read")
                    .addAllowedNetworks("192.0.2.0/24")
                    .addAllowedNetworks("2001:db8::/32")
                    .addRateLimits(
                        RateLimit.newBuilder()
                            .setName("data")
                            .setAmount(1_000_000_000)
                            .setWindow(Duration.newBuilder().setSeconds(3_600)))
                    .build())
            .getSecret();
    return AuthenticateRequest.newBuilder()
        .setCredential(secret)
        .setClientAddress("192.0.2.7")
        .addRequiredScopes("documents:read")
        .build();
  }

  private static double queries() {
    return service
        .host()
        .context()
        .getBean(MeterRegistry.class)
        .get("latchkey.keys.lookup.queries")
        .functionCounter()
        .count();
  }

  @Test
  void aKeyThatIsNotInMemory_costsOneQuery_andOneThatIs_none() {
    AuthenticateRequest request = request("queries");
    double before = queries();
    assertThat(service.authentication().authenticate(request).hasAllowed()).isTrue();
    double cold = queries();
    for (int i = 0; i < 100; i++) {
      assertThat(service.authentication().authenticate(request).hasAllowed()).isTrue();
    }

    // The caller's own key may have been read too.
    assertThat(cold - before).isBetween(1.0, 2.0);
    assertThat(queries()).isEqualTo(cold);
  }

  @Test
  void aDecisionFromMemory_allocatesNothingButTheAnswer() throws Exception {
    Decisions decisions = service.host().context().getBean(Decisions.class);
    AuthenticateRequest request = request("allocation");
    assertThat(service.authentication().authenticate(request).hasAllowed()).isTrue();
    byte[] bytes = request.toByteArray();
    decide(decisions, bytes, 2_000);

    // Of several rounds the cheapest: in between, usage is written and its counts opened anew.
    long fewest = Long.MAX_VALUE;
    for (int round = 0; round < 10; round++) {
      int times = 1_000;
      long before = THREADS.getCurrentThreadAllocatedBytes();
      decide(decisions, bytes, times);
      fewest = Math.min(fewest, (THREADS.getCurrentThreadAllocatedBytes() - before) / times);
    }

    assertThat(fewest).as("bytes for a decision").isLessThanOrEqualTo(ANSWER_BYTES);
  }

  private static void decide(Decisions decisions, byte[] request, int times) throws Exception {
    for (int i = 0; i < times; i++) {
      if (!(decisions.begin(request) instanceof Answer)) {
        throw new AssertionError("not decided at once");
      }
    }
  }
}
