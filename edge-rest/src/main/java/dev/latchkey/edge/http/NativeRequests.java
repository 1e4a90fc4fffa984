package dev.latchkey.edge.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.netty.channel.Channel;

/** The way back from Micronaut's request to what the {@link RequestGate} made of it. */
final class NativeRequests {
  private NativeRequests() {}

  static io.netty.handler.codec.http.HttpRequest of(HttpRequest<?> request) {
    return netty(request).getNativeRequest();
  }

  /** The connection that a request came on. */
  static Channel connection(HttpRequest<?> request) {
    return netty(request).getChannelHandlerContext().channel();
  }

  private static NettyHttpRequest<?> netty(HttpRequest<?> request) {
    if (request instanceof NettyHttpRequest<?> netty) {
      return netty;
    }
    throw new IllegalStateException("a request that came on no connection: " + request.getClass());
  }
}
