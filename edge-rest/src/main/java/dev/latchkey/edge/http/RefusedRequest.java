package dev.latchkey.edge.http;

import dev.latchkey.edge.problem.Problem;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;

/**
 * A request that is refused before it is routed. It goes through the server like any other, so that
 * answers stay in order on the connection, but with {@code /} in the place of its target.
 */
sealed interface RefusedRequest {
  String TARGET = "/";

  Problem problem();

  /** Whether nothing more can be read from the connection. */
  boolean endsConnection();

  /** A request that was understood; its body follows. */
  static HttpRequest understood(HttpRequest request, Problem problem) {
    return new Understood(request, problem);
  }

  /** What came was no request; nothing follows. */
  static HttpRequest garbled(Problem problem) {
    return new Garbled(problem);
  }

  /** See {@link #understood}. */
  final class Understood extends DefaultHttpRequest implements RefusedRequest {
    private final Problem problem;

    private Understood(HttpRequest request, Problem problem) {
      super(request.protocolVersion(), request.method(), TARGET, request.headers());
      this.problem = problem;
    }

    @Override
    public Problem problem() {
      return problem;
    }

    @Override
    public boolean endsConnection() {
      return false;
    }
  }

  /** See {@link #garbled}. */
  final class Garbled extends DefaultFullHttpRequest implements RefusedRequest {
    private final Problem problem;

    private Garbled(Problem problem) {
      super(
          HttpVersion.HTTP_1_1,
          HttpMethod.GET,
          TARGET,
          Unpooled.EMPTY_BUFFER,
          // What there is of the headers may be cut anywhere: nothing of it is to be believed.
          new DefaultHttpHeaders(),
          EmptyHttpHeaders.INSTANCE);
      this.problem = problem;
    }

    @Override
    public Problem problem() {
      return problem;
    }

    @Override
    public boolean endsConnection() {
      return true;
    }
  }
}
