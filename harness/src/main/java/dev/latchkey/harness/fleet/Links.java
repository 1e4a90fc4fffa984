package dev.latchkey.harness.fleet;

import dev.latchkey.harness.platform.Ports;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * The ways between the parties of a fleet, one proxy for each direction in which connections are
 * made: who connects first, whom they connect to second. Safe for use by many threads.
 */
public final class Links implements AutoCloseable {
  private record Way(Party from, Party to) implements Comparable<Way> {
    @Override
    public int compareTo(Way other) {
      int first = from.compareTo(other.from);
      return first != 0 ? first : to.compareTo(other.to);
    }

    @Override
    public String toString() {
      return from + " → " + to;
    }
  }

  private final ToIntFunction<Party> ports;
  private final Map<Way, TcpProxy> proxies = new TreeMap<>();

  /**
   * No links yet.
   *
   * @param ports where each party listens
   */
  Links(ToIntFunction<Party> ports) {
    this.ports = ports;
  }

  /** The link from one party to another, made with the first call. */
  public synchronized TcpProxy between(Party from, Party to) {
    return proxies.computeIfAbsent(
        new Way(from, to), way -> new TcpProxy(way.toString(), Ports.free(), ports.applyAsInt(to)));
  }

  /** The links to these. */
  public synchronized List<TcpProxy> to(Party.Kind kind) {
    return proxies.entrySet().stream()
        .filter(entry -> entry.getKey().to().kind() == kind)
        .map(Map.Entry::getValue)
        .toList();
  }

  /** The links from parties of one kind to those of another. */
  public synchronized List<TcpProxy> between(Party.Kind from, Party.Kind to) {
    return proxies.entrySet().stream()
        .filter(entry -> entry.getKey().from().kind() == from && entry.getKey().to().kind() == to)
        .map(Map.Entry::getValue)
        .toList();
  }

  /** The links from one party to these. */
  public synchronized List<TcpProxy> from(Party party, Party.Kind kind) {
    return proxies.entrySet().stream()
        .filter(entry -> entry.getKey().from().equals(party) && entry.getKey().to().kind() == kind)
        .map(Map.Entry::getValue)
        .toList();
  }

  /** Ends all faults on all links. */
  public synchronized void heal() {
    proxies.values().forEach(TcpProxy::heal);
  }

  @Override
  public synchronized void close() {
    proxies.values().forEach(TcpProxy::close);
  }
}
