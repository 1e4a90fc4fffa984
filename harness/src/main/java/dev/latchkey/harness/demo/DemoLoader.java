package dev.latchkey.harness.demo;

import dev.latchkey.harness.demo.DemoSystem.DemoKey;
import dev.latchkey.harness.platform.Clients;
import dev.latchkey.kit.secret.Secret;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Makes what is missing of the demo, and saves each secret as soon as it has it. Repeating it
 * changes nothing; a run that was cut off is completed by the next.
 */
public final class DemoLoader {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(200);

  private final DemoTenancy tenancy;
  private final DemoKeys keys;
  private final EnvFile saved;

  /** A loader that calls as the operator and keeps what it issues in a file. */
  public DemoLoader(Clients operator, EnvFile saved) {
    this.tenancy = new DemoTenancy(operator);
    this.keys = new DemoKeys(operator);
    this.saved = saved;
  }

  /** Makes all that is missing. */
  public void load() {
    DemoSystem.all().forEach(this::loadPatiently);
  }

  /** Services that have just started may keep each other waiting. */
  private void loadPatiently(DemoSystem system) {
    long start = System.nanoTime();
    while (true) {
      try {
        load(system);
        return;
      } catch (StatusRuntimeException e) {
        if (e.getStatus().getCode() != Status.Code.UNAVAILABLE
            || System.nanoTime() - start > PATIENCE.toNanos()) {
          throw e;
        }
        LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
      }
    }
  }

  private void load(DemoSystem system) {
    String plan = tenancy.plan(system.plan());
    String organization = tenancy.organization(system.organization(), plan);
    String project =
        tenancy.project(organization, system.project(), system.format(), system.catalogue());
    for (DemoKey key : system.keys()) {
      String node = node(project, key);
      boolean good =
          saved.get(key.variable()).map(text -> keys.isGood(Secret.of(text), node)).orElse(false);
      if (!good) {
        String owner =
            key.member().map(member -> tenancy.member(organization, member, node)).orElse("");
        saved.put(key.variable(), keys.issue(key, node, owner).reveal());
      }
    }
  }

  private String node(String project, DemoKey key) {
    return switch (key.path().size()) {
      case 0 -> project;
      case 1 -> tenancy.environment(project, key.path().getFirst());
      default ->
          tenancy.workspace(tenancy.environment(project, key.path().getFirst()), key.path().get(1));
    };
  }
}
