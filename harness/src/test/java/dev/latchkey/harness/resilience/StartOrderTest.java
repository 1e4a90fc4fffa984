package dev.latchkey.harness.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.harness.kit.Edge;
import dev.latchkey.harness.kit.Issued;
import dev.latchkey.harness.kit.Tenants;
import dev.latchkey.harness.platform.Await;
import dev.latchkey.harness.platform.Platform;
import dev.latchkey.harness.platform.Service;
import dev.latchkey.harness.platform.ServiceProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The services need each other, and none needs another to be first. */
class StartOrderTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  @Test
  @DisplayName("services started in any order wait for each other and become ready")
  void anyOrder_becomesReady() {
    try (Platform platform = Platform.prepare(Platform.QUICK_START)) {
      // From nothing, the one that needs the most first: each is asked what it waits for before
      // the next is started.
      oneAfterTheOther(
          platform, List.of(Service.EDGE, Service.KEY_SERVICE, Service.TENANT_SERVICE));
      Tenants tenants = new Tenants(platform.operator());
      Issued key =
          tenants.key(
              tenants
                  .project(
                      tenants.organization("Order"), "Order", Tenants.format("mk", true, false))
                  .getId());
      works(platform, key);

      for (List<Service> order :
          List.of(
              List.of(Service.EDGE, Service.TENANT_SERVICE, Service.KEY_SERVICE),
              List.of(Service.TENANT_SERVICE, Service.EDGE, Service.KEY_SERVICE),
              List.of(Service.KEY_SERVICE, Service.EDGE, Service.TENANT_SERVICE))) {
        for (Service service : Service.values()) {
          platform.service(service).stop();
        }
        oneAfterTheOther(platform, order);
        works(platform, key);
      }
    }
  }

  private static void oneAfterTheOther(Platform platform, List<Service> order) {
    List<ServiceProcess> started = new ArrayList<>();
    for (Service service : order) {
      ServiceProcess process = platform.service(service);
      process.start();
      started.add(process);
      Await.until(LIMIT, () -> !process.readiness().isEmpty(), () -> service + " does not answer");
      assertThat(process.isRunning()).isTrue();
      if (started.size() == 1 && service == Service.EDGE) {
        Await.until(
            LIMIT,
            () -> process.readiness().contains("key-service"),
            () -> "the edge does not say what it waits for: " + process.readiness());
      }
    }
    started.forEach(process -> process.awaitReady(LIMIT));
  }

  private static void works(Platform platform, Issued key) {
    assertThat(new Edge(platform.edgeUrl()).me(key.text()).status()).isEqualTo(200);
  }
}
