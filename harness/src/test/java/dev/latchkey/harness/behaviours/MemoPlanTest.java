package dev.latchkey.harness.behaviours;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import dev.latchkey.harness.kit.Edge;
import dev.latchkey.harness.kit.EdgeAnswer;
import dev.latchkey.harness.kit.Issued;
import dev.latchkey.harness.kit.OnPlatform;
import dev.latchkey.harness.kit.Tenants;
import dev.latchkey.harness.platform.Await;
import dev.latchkey.proto.tenancy.v1.Organization;
import dev.latchkey.proto.tenancy.v1.Plan;
import dev.latchkey.proto.tenancy.v1.RateLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@OnPlatform
@DisplayName("Memo AI: what the plan says")
class MemoPlanTest {
  private static final int DATA = 500;
  private static final int MANAGEMENT = 180;

  private final Tenants tenants;
  private final Edge edge;

  MemoPlanTest(Tenants tenants, Edge edge) {
    this.tenants = tenants;
    this.edge = edge;
  }

  @Test
  @DisplayName("MA4: without API access every call gets 403; an upgrade opens it without new keys")
  void planWithoutApiAccess_closesEveryCall_untilTheUpgrade() {
    Plan free = tenants.plan(plan -> plan.setApiAccess(false));
    Plan pro = tenants.plan(plan -> plan.setApiAccess(true));
    Organization organization = tenants.organization("Memo AI");
    tenants.move(organization, free);
    Issued key =
        tenants.key(organization.getId(), request -> request.addScopes("latchkey.keys:read"));

    for (String path : List.of("/api/v1/me", "/api/v1/authorize", "/api/v1/keys")) {
      EdgeAnswer closed = edge.get(path, "X-API-Key", key.text());
      assertThat(closed.status()).as(path).isEqualTo(403);
      assertThat(closed.text("code")).as(path).isEqualTo("api_access_denied");
    }

    tenants.move(organization, pro);

    Await.until(
        java.time.Duration.ofSeconds(1),
        () -> edge.me(key.text()).status() == 200,
        () -> "the upgrade does not open the key");
    assertThat(edge.get("/api/v1/keys", "X-API-Key", key.text()).status()).isEqualTo(200);
  }

  @Test
  @DisplayName("MA9: 500 requests a minute for data, 180 for management; then 429 with Retry-After")
  void limitsBySurface() throws InterruptedException, ExecutionException {
    Plan pro =
        tenants.plan(
            plan ->
                plan.addRateLimits(perMinute("data", DATA))
                    .addRateLimits(perMinute("management", MANAGEMENT)));
    Organization organization = tenants.organization("Memo AI");
    tenants.move(organization, pro);
    Issued key =
        tenants.key(organization.getId(), request -> request.addScopes("latchkey.keys:read"));

    List<EdgeAnswer> data = ask("/api/v1/me", key, DATA + 20);
    List<EdgeAnswer> management = ask("/api/v1/keys?page_size=1", key, MANAGEMENT + 20);

    assertThat(data).filteredOn(answer -> answer.status() == 200).hasSize(DATA);
    assertThat(management).filteredOn(answer -> answer.status() == 200).hasSize(MANAGEMENT);
    assertRefusals(data, "\"data\";q=500;w=60");
    assertRefusals(management, "\"management\";q=180;w=60");
    // Each key has its own: another one is not held up.
    assertThat(edge.me(tenants.key(organization.getId()).text()).status()).isEqualTo(200);
  }

  private static void assertRefusals(List<EdgeAnswer> answers, String policy) {
    List<EdgeAnswer> refused = answers.stream().filter(answer -> answer.status() != 200).toList();
    assertThat(refused).hasSize(20);
    for (EdgeAnswer answer : refused) {
      assertThat(answer.status()).as(answer.body()).isEqualTo(429);
      assertThat(answer.text("code")).isEqualTo("rate_limited");
      assertThat(Integer.parseInt(answer.header("Retry-After"))).isBetween(1, 60);
      assertThat(answer.header("RateLimit-Policy")).isEqualTo(policy);
      assertThat(answer.header("RateLimit")).contains(";r=0;t=");
    }
    assertThat(answers.getFirst().header("RateLimit-Policy")).isEqualTo(policy);
  }

  private List<EdgeAnswer> ask(String path, Issued key, int times)
      throws InterruptedException, ExecutionException {
    try (ExecutorService callers = Executors.newFixedThreadPool(8)) {
      List<Future<EdgeAnswer>> pending = new ArrayList<>();
      for (int i = 0; i < times; i++) {
        pending.add(callers.submit(() -> edge.get(path, "X-API-Key", key.text())));
      }
      List<EdgeAnswer> answers = new ArrayList<>();
      for (Future<EdgeAnswer> answer : pending) {
        answers.add(answer.get());
      }
      return answers;
    }
  }

  private static RateLimit perMinute(String name, int amount) {
    return RateLimit.newBuilder()
        .setName(name)
        .setAmount(amount)
        .setWindow(Duration.newBuilder().setSeconds(60))
        .build();
  }
}
