package dev.latchkey.kit.access;

import io.grpc.Grpc;
import io.grpc.ServerCall;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** The other end of a call. */
public final class Peers {
  private Peers() {}

  /** The address a call's connection comes from; null where the transport has none. */
  public static @Nullable InetAddress address(ServerCall<?, ?> call) {
    return call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)
            instanceof InetSocketAddress peer
        ? peer.getAddress()
        : null;
  }
}
