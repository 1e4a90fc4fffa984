package dev.latchkey.edge.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.server.netty.NettyHttpRequest;

/** The way back from Micronaut's request to what the {@link RequestGate} made of it. */
final class NativeRequests {
  private NativeRequests() {}

  static Object of(HttpRequest<?> request) {
    return request instanceof NettyHttpRequest<?> netty ? netty.getNativeRequest() : request;
  }
}
