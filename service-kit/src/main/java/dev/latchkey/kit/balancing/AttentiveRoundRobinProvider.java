package dev.latchkey.kit.balancing;

import io.grpc.LoadBalancer;
import io.grpc.LoadBalancerProvider;
import io.grpc.LoadBalancerRegistry;
import io.grpc.NameResolver.ConfigOrError;
import java.util.Map;
import java.util.Objects;

/** Makes {@link AttentiveRoundRobin}. */
final class AttentiveRoundRobinProvider extends LoadBalancerProvider {
  static final String NAME = "latchkey_attentive_round_robin";

  @Override
  public boolean isAvailable() {
    return true;
  }

  @Override
  public int getPriority() {
    return 5;
  }

  @Override
  public String getPolicyName() {
    return NAME;
  }

  @Override
  public ConfigOrError parseLoadBalancingPolicyConfig(Map<String, ?> rawConfig) {
    return ConfigOrError.fromConfig(NAME);
  }

  @Override
  public LoadBalancer newLoadBalancer(LoadBalancer.Helper helper) {
    return new AttentiveRoundRobin(
        helper,
        Objects.requireNonNull(
            LoadBalancerRegistry.getDefaultRegistry().getProvider("round_robin")));
  }
}
