package dev.latchkey.kit.balancing;

import io.grpc.ConnectivityState;
import io.grpc.LoadBalancer;
import io.grpc.LoadBalancerProvider;
import io.grpc.Status;
import io.grpc.util.ForwardingLoadBalancer;
import io.grpc.util.ForwardingLoadBalancerHelper;
import org.jspecify.annotations.Nullable;

/**
 * gRPC's round robin, health checks and all, that passes over nodes which have fallen silent: those
 * where a call ran out of time and nothing at all has come since it began. TCP and HTTP/2 take 15
 * seconds to notice that a peer hangs behind a connection that stands; calls notice in half a
 * second. A node that is passed over is asked for its health until it says anything. When all nodes
 * are silent, all are used.
 */
final class AttentiveRoundRobin extends ForwardingLoadBalancer {
  /** How many nodes are passed over in one pick before the next is taken, silent or not. */
  private static final int MOST_PASSED_OVER = 32;

  private final LoadBalancer roundRobin;

  AttentiveRoundRobin(Helper helper, LoadBalancerProvider roundRobin) {
    this.roundRobin = roundRobin.newLoadBalancer(new AttentiveHelper(helper));
  }

  @Override
  protected LoadBalancer delegate() {
    return roundRobin;
  }

  @Override
  public Status acceptResolvedAddresses(ResolvedAddresses addresses) {
    return roundRobin.acceptResolvedAddresses(
        addresses.toBuilder().setLoadBalancingPolicyConfig(null).build());
  }

  private static final class AttentiveHelper extends ForwardingLoadBalancerHelper {
    private final Helper helper;
    private final @Nullable Nodes nodes;

    AttentiveHelper(Helper helper) {
      this.helper = helper;
      this.nodes = helper.getNameResolverArgs().getArg(Nodes.OF_CHANNEL);
    }

    @Override
    protected Helper delegate() {
      return helper;
    }

    @Override
    public Subchannel createSubchannel(CreateSubchannelArgs args) {
      Vitals vitals = new Vitals();
      Subchannel created =
          helper.createSubchannel(
              args.toBuilder()
                  .setAttributes(
                      args.getAttributes().toBuilder().set(Vitals.OF_NODE, vitals).build())
                  .build());
      vitals.begin(created);
      return created;
    }

    @Override
    public void updateBalancingState(ConnectivityState state, SubchannelPicker picker) {
      SubchannelPicker attentive =
          state == ConnectivityState.READY ? new AttentivePicker(picker) : picker;
      if (nodes != null) {
        nodes.choose(state == ConnectivityState.READY ? attentive : null);
      }
      helper.updateBalancingState(state, attentive);
    }
  }

  private static final class AttentivePicker extends SubchannelPicker {
    private final SubchannelPicker picker;

    AttentivePicker(SubchannelPicker picker) {
      this.picker = picker;
    }

    @Override
    public PickResult pickSubchannel(PickSubchannelArgs args) {
      PickResult result = picker.pickSubchannel(args);
      Vitals vitals = Vitals.of(result);
      for (int passed = 0;
          vitals != null && vitals.isSilent() && passed < MOST_PASSED_OVER;
          passed++) {
        result = picker.pickSubchannel(args);
        vitals = Vitals.of(result);
      }
      return vitals == null || result.getStreamTracerFactory() != null
          ? result
          : result.copyWithStreamTracerFactory(vitals);
    }
  }
}
