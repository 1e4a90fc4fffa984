package dev.latchkey.harness.bench;

import dev.latchkey.kit.grpc.Channels;
import dev.latchkey.kit.grpc.ServiceCredential;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc.AuthenticationServiceStub;
import io.grpc.ManagedChannel;
import java.util.List;
import java.util.stream.IntStream;

/** Some connections to one server, and a stub on each. Safe for use by many threads. */
final class Connections implements AutoCloseable {
  private final List<ManagedChannel> channels;
  private final List<AuthenticationServiceStub> stubs;

  private Connections(List<ManagedChannel> channels, List<AuthenticationServiceStub> stubs) {
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
    List<ManagedChannel> channels =
        IntStream.range(0, count).mapToObj(i -> Channels.open(target)).toList();
    return new Connections(
        channels,
        channels.stream()
            .map(
                channel ->
                    AuthenticationServiceGrpc.newStub(channel)
                        .withWaitForReady()
                        .withCallCredentials(ServiceCredential.of(caller)))
            .toList());
  }

  /** A stub for the call with this number: the connections take turns. */
  AuthenticationServiceStub stub(int call) {
    return stubs.get(call % stubs.size());
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
  }
}
