package dev.latchkey.harness.faults;

import dev.latchkey.harness.fleet.Deployment;
import java.time.Duration;

/** What the suite's scenarios run on. */
public final class Deployments {
  /** The setting {@code LATCHKEY_USAGE_FLUSH_INTERVAL} of the fleet. */
  static final Duration USAGE_FLUSH = Duration.ofSeconds(1);

  private Deployments() {}

  /**
   * Three key-service nodes, one tenant-service, two edges, a primary with a synchronous standby,
   * and Redis.
   */
  public static Deployment usual(Form form) {
    return Deployment.of(3, 1, 2)
        .withStandby()
        .withRedis()
        .with("LATCHKEY_TRUST_WINDOW", text(form.trustWindow()))
        .with("LATCHKEY_GRACE", text(form.grace()))
        .with("LATCHKEY_USAGE_FLUSH_INTERVAL", text(USAGE_FLUSH))
        .with("LATCHKEY_REDIS_TIMEOUT", text(form.redisTimeout()));
  }

  /** A duration as settings have it. */
  public static String text(Duration duration) {
    return duration.toMillis() + "ms";
  }
}
