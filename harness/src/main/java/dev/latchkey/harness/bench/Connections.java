package dev.latchkey.harness.bench;

import dev.latchkey.kit.grpc.Channels;
import dev.latchkey.kit.grpc.EventLoops;
import dev.latchkey.kit.grpc.ServiceCredential;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc.AuthenticationServiceStub;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Some connections to one server, and a stub on each. They are divided evenly over as many threads
 * as there are processors: left to chance, all connections of one side of a comparison may share
 * one thread of the client, which is then what is measured. Safe for use by many threads.
 */
final class Connections implements AutoCloseable {
  private final List<EventLoopGroup> loops;
  private final List<ManagedChannel> channels;
  private final List<AuthenticationServiceStub> stubs;

  private Connections(
      List<EventLoopGroup> loops,
      List<ManagedChannel> channels,
      List<AuthenticationServiceStub> stubs) {
    this.loops = loops;
    this.channels = channels;
    this.stubs = stubs;
  }

  /**
   * Opens connections.
   *
   * @param target {@code host:port}
   * @param caller the key that the calls are made with
   */
  static Connections open(String target, Secret caller, int count) {
    List<EventLoopGroup> loops =
        IntStream.range(0, Math.min(count, Runtime.getRuntime().availableProcessors()))
            .mapToObj(i -> EventLoops.of("load-" + i, 1))
            .toList();
    List<ManagedChannel> channels =
        IntStream.range(0, count)
            .mapToObj(i -> Channels.openOn(loops.get(i % loops.size()), target))
            .toList();
    return new Connections(
        loops,
        channels,
        channels.stream()
            .map(
                channel ->
                    AuthenticationServiceGrpc.newStub(channel)
                        .withWaitForReady()
                        .withCallCredentials(ServiceCredential.of(caller)))
            .toList());
  }

  /** How many there are. */
  int count() {
    return stubs.size();
  }

  /** A stub for the call with this number: the connections take turns. */
  AuthenticationServiceStub stub(int call) {
    return stubs.get(call % stubs.size());
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    for (EventLoopGroup loop : loops) {
      var _ = loop.shutdownGracefully();
    }
  }
}
