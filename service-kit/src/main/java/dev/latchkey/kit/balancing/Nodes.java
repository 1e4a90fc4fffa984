package dev.latchkey.kit.balancing;

import io.grpc.CallOptions;
import io.grpc.LoadBalancer.PickSubchannelArgs;
import io.grpc.LoadBalancer.SubchannelPicker;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.NameResolver;
import io.grpc.health.v1.HealthGrpc;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of one channel, in the turn in which its calls go to them: for those who keep a stream
 * to each node and want what they send over it balanced like calls. Safe for use by many threads.
 */
public final class Nodes {
  /** Under which a channel's builder is told of it. */
  public static final NameResolver.Args.Key<Nodes> OF_CHANNEL =
      NameResolver.Args.Key.create("latchkey-nodes");

  private volatile @Nullable SubchannelPicker picker;

  /** The node whose turn it is; empty while there is none that takes calls. */
  public Optional<Node> next() {
    SubchannelPicker present = picker;
    if (present == null) {
      return Optional.empty();
    }
    return Optional.ofNullable(Vitals.of(present.pickSubchannel(Turn.INSTANCE))).map(Vitals::node);
  }

  /** Says how nodes are chosen from now on; null while none takes calls. */
  void choose(@Nullable SubchannelPicker present) {
    picker = present;
  }

  /** What round robin does not look at. */
  private static final class Turn extends PickSubchannelArgs {
    static final Turn INSTANCE = new Turn();

    private final Metadata headers = new Metadata();

    @Override
    public CallOptions getCallOptions() {
      return CallOptions.DEFAULT;
    }

    @Override
    public Metadata getHeaders() {
      return headers;
    }

    @Override
    public MethodDescriptor<?, ?> getMethodDescriptor() {
      return HealthGrpc.getCheckMethod();
    }
  }
}
