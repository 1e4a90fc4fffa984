package dev.latchkey.edge.http;

import dev.latchkey.edge.address.ForwardedFor;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpRequest;
import jakarta.inject.Singleton;
import java.net.InetSocketAddress;

/** Begins the {@link Exchange} of every request. Safe for use by many threads. */
@Singleton
final class Exchanges {
  private static final String FORWARDED_FOR = "X-Forwarded-For";

  private final ForwardedFor forwardedFor;

  Exchanges(ForwardedFor forwardedFor) {
    this.forwardedFor = forwardedFor;
  }

  /** Reads what the headers say of a request that came on this connection. */
  Exchange begin(HttpRequest request, Channel connection) {
    InetSocketAddress peer = (InetSocketAddress) connection.remoteAddress();
    return new Exchange(
        request,
        forwardedFor.client(peer.getAddress(), request.headers().getAll(FORWARDED_FOR)),
        connection.eventLoop());
  }
}
