package dev.latchkey.kit.balancing;

import io.grpc.LoadBalancerRegistry;
import io.grpc.NameResolverRegistry;
import java.util.List;
import java.util.Map;

/** What a channel needs to be balanced: its target, and the service config behind it. */
public final class Balancing {
  static {
    NameResolverRegistry.getDefaultRegistry().register(new NodesResolverProvider());
    LoadBalancerRegistry.getDefaultRegistry().register(new AttentiveRoundRobinProvider());
  }

  private Balancing() {}

  /**
   * The channel target for one or more {@code host:port}, divided by commas. Each address that a
   * name has counts as a node of its own.
   */
  public static String target(String targets) {
    return NodesResolverProvider.target(targets);
  }

  /**
   * Round robin over the nodes that say they serve, with what may be tried again on another.
   *
   * @param healthService whose {@code grpc.health.v1} status says whether a node takes calls; a
   *     node without the health service takes them
   */
  public static Map<String, ?> serviceConfig(String healthService) {
    return Map.of(
        "loadBalancingConfig",
        List.of(Map.of(AttentiveRoundRobinProvider.NAME, Map.of())),
        "healthCheckConfig",
        Map.of("serviceName", healthService),
        "methodConfig",
        List.of(RetryRules.methodConfig()),
        "retryThrottling",
        RetryRules.throttling());
  }
}
