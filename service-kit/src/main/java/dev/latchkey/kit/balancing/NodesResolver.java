package dev.latchkey.kit.balancing;

import com.google.common.net.HostAndPort;
import io.grpc.Attributes;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.grpc.SynchronizationContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Finds the addresses of a list of nodes, each its own group. Names are looked up again whenever
 * the channel asks, off its threads; a name that cannot be found just now keeps the addresses it
 * had. How long an answer of DNS holds is the JVM's affair ({@code networkaddress.cache.ttl}, 30
 * s). All state is touched in the channel's synchronization context, but for what one look-up at a
 * time keeps.
 */
final class NodesResolver extends NameResolver {
  private final List<HostAndPort> nodes;
  private final SynchronizationContext channel;
  private final Executor elsewhere;

  /** What each name had when it was last found; touched by one look-up at a time. */
  private final Map<String, InetAddress[]> found = new HashMap<>();

  private @Nullable Listener2 listener;
  private List<EquivalentAddressGroup> told = List.of();
  private boolean looking;
  private boolean settled;
  private boolean shutdown;

  NodesResolver(List<HostAndPort> nodes, Args args) {
    this.nodes = List.copyOf(nodes);
    this.channel = args.getSynchronizationContext();
    this.elsewhere = Objects.requireNonNull(args.getOffloadExecutor());
  }

  @Override
  public String getServiceAuthority() {
    return nodes.getFirst().toString();
  }

  @Override
  public void start(Listener2 given) {
    listener = given;
    refresh();
  }

  @Override
  public void refresh() {
    if (looking || settled || shutdown) {
      return;
    }
    looking = true;
    if (nodes.stream().allMatch(node -> literal(node.getHost()) != null)) {
      settled = true;
      tell(lookUp());
    } else {
      elsewhere.execute(
          () -> {
            List<EquivalentAddressGroup> groups = lookUp();
            channel.execute(() -> tell(groups));
          });
    }
  }

  private void tell(List<EquivalentAddressGroup> groups) {
    looking = false;
    Listener2 present = listener;
    if (shutdown || present == null || (!groups.isEmpty() && groups.equals(told))) {
      return;
    }
    told = groups;
    if (groups.isEmpty()) {
      present.onError(Status.UNAVAILABLE.withDescription("no node has an address: " + nodes));
    } else {
      present.onResult2(
          ResolutionResult.newBuilder().setAddressesOrError(StatusOr.fromValue(groups)).build());
    }
  }

  private List<EquivalentAddressGroup> lookUp() {
    Map<InetSocketAddress, EquivalentAddressGroup> groups = new LinkedHashMap<>();
    for (HostAndPort node : nodes) {
      for (InetAddress address : addresses(node.getHost())) {
        InetSocketAddress socket = new InetSocketAddress(address, node.getPort());
        // The certificate of each node is checked against the node's own name.
        groups.putIfAbsent(
            socket,
            new EquivalentAddressGroup(
                socket,
                Attributes.newBuilder()
                    .set(EquivalentAddressGroup.ATTR_AUTHORITY_OVERRIDE, node.toString())
                    .build()));
      }
    }
    return new ArrayList<>(groups.values());
  }

  private InetAddress[] addresses(String host) {
    InetAddress literal = literal(host);
    if (literal != null) {
      return new InetAddress[] {literal};
    }
    try {
      InetAddress[] now = InetAddress.getAllByName(host);
      found.put(host, now);
      return now;
    } catch (UnknownHostException e) {
      return found.getOrDefault(host, new InetAddress[0]);
    }
  }

  private static @Nullable InetAddress literal(String host) {
    try {
      return InetAddress.ofLiteral(host);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  @Override
  public void shutdown() {
    shutdown = true;
  }
}
