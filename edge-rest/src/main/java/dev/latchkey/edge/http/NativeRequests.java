package dev.latchkey.edge.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.server.netty.NettyHttpRequest;
import java.util.concurrent.Executor;

/** The way back from Micronaut's request to what the {@link RequestGate} made of it. */
final class NativeRequests {
  private NativeRequests() {}

  static Object of(HttpRequest<?> request) {
    return request instanceof NettyHttpRequest<?> netty ? netty.getNativeRequest() : request;
  }

  /** The thread of the request's connection. */
  static Executor connection(HttpRequest<?> request) {
    return request instanceof NettyHttpRequest<?> netty
        ? netty.getChannelHandlerContext().channel().eventLoop()
        : Runnable::run;
  }
}
