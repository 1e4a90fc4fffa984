package dev.latchkey.harness.faults;

import dev.latchkey.harness.attack.MovedClock;
import dev.latchkey.harness.fleet.Deployment;
import dev.latchkey.harness.fleet.Party;
import java.time.Duration;

/** What the suite's scenarios run on. */
public final class Deployments {
  /** The setting {@code LATCHKEY_USAGE_FLUSH_INTERVAL} of the fleet. */
  static final Duration USAGE_FLUSH = Duration.ofSeconds(1);

  /** What three databases, their write-ahead log and some minutes of the load fit into. */
  private static final int DISK_MEGABYTES = 320;

  private Deployments() {}

  /**
   * Three key-service nodes, one tenant-service, two edges, a primary with a synchronous standby,
   * and Redis.
   */
  public static Deployment usual(Form form) {
    return Deployment.of(3, 1, 2)
        .withStandby()
        .withRedis()
        .withJvm(form.jvmArguments())
        .with("LATCHKEY_TRUST_WINDOW", text(form.trustWindow()))
        .with("LATCHKEY_GRACE", text(form.grace()))
        .with("LATCHKEY_USAGE_FLUSH_INTERVAL", text(USAGE_FLUSH));
  }

  /**
   * Two nodes and an edge on one database whose disk can be filled; the second node goes by a
   * {@link MovedClock}. With the product's own grace.
   */
  static Deployment smallDiskAndMovedClock(Form form) {
    Deployment deployment =
        Deployment.of(2, 1, 1)
            .withDatabaseDisk(DISK_MEGABYTES)
            .with("LATCHKEY_TRUST_WINDOW", text(form.trustWindow()));
    for (var variable : MovedClock.environment().entrySet()) {
      deployment = deployment.with(Party.keyService(2), variable.getKey(), variable.getValue());
    }
    return deployment;
  }

  /** A duration as settings have it. */
  public static String text(Duration duration) {
    return duration.toMillis() + "ms";
  }
}
