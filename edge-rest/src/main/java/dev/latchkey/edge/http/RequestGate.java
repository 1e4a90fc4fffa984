package dev.latchkey.edge.http;

import dev.latchkey.edge.credentials.UrlKeys;
import dev.latchkey.edge.problem.CredentialProblems;
import dev.latchkey.edge.problem.Problem;
import dev.latchkey.edge.problem.RequestProblems;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * The first to see a request, right behind the HTTP decoder. Guarantees that nothing behind it, and
 * so no log, ever sees the query of a URL, a URL that carries a key, or a target that is no URI: of
 * what passes, only the path is left in the URL. The query goes along beside it, as a {@link
 * QueriedRequest}, to the routes that take one.
 */
@ChannelHandler.Sharable
final class RequestGate extends ChannelInboundHandlerAdapter {
  static final RequestGate INSTANCE = new RequestGate();
  private static final URI ROOT = URI.create("http://host/");

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpRequest request) {
      context.fireChannelRead(screen(request));
    } else {
      context.fireChannelRead(message);
    }
  }

  private static HttpRequest screen(HttpRequest request) {
    if (request.decoderResult().isFailure()) {
      ReferenceCountUtil.release(request);
      return RefusedRequest.garbled(problemOf(request.decoderResult().cause()));
    }
    String target = request.uri();
    if (UrlKeys.isIn(target)) {
      return RefusedRequest.understood(request, CredentialProblems.IN_URL);
    }
    if (target.length() > HttpLimits.TARGET) {
      return RefusedRequest.understood(request, RequestProblems.URI_TOO_LONG);
    }
    if (!namesOneHost(request)) {
      return RefusedRequest.understood(request, RequestProblems.NOT_HTTP);
    }
    if (isPlainPath(target) && announcedLength(request) <= HttpLimits.body(target)) {
      return request;
    }
    try {
      URI uri = uri(target);
      if (announcedLength(request) > HttpLimits.body(path(uri))) {
        return RefusedRequest.understood(request, RequestProblems.PAYLOAD_TOO_LARGE);
      }
      request.setUri(path(uri));
      String query = uri.getRawQuery();
      return query == null ? request : new QueriedRequest(request, query);
    } catch (URISyntaxException e) {
      return RefusedRequest.understood(request, RequestProblems.NOT_HTTP);
    }
  }

  /** A path of characters that mean only themselves: of nearly all requests, and parsed by none. */
  private static boolean isPlainPath(String target) {
    if (!target.startsWith("/") || target.startsWith("//")) {
      return false;
    }
    for (int i = 1; i < target.length(); i++) {
      char c = target.charAt(i);
      boolean plain =
          (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '/' || c == '-' || c == '_';
      if (!plain) {
        return false;
      }
    }
    return true;
  }

  /** 0 where none is announced; {@link Bodies} counts what comes. */
  private static long announcedLength(HttpRequest request) {
    try {
      return HttpUtil.getContentLength(request, 0L);
    } catch (NumberFormatException e) {
      // The decoder has refused what is no length.
      return 0;
    }
  }

  private static Problem problemOf(Throwable cause) {
    return switch (cause) {
      case TooLongHttpLineException _ -> RequestProblems.URI_TOO_LONG;
      case TooLongHttpHeaderException _ -> RequestProblems.HEADERS_TOO_LARGE;
      default -> RequestProblems.NOT_HTTP;
    };
  }

  /** RFC 9112, section 3.2: a request of HTTP/1.1 with no host, or with two, is refused. */
  private static boolean namesOneHost(HttpRequest request) {
    int hosts = request.headers().getAll(HttpHeaderNames.HOST).size();
    return hosts == 1 || (hosts == 0 && request.protocolVersion().equals(HttpVersion.HTTP_1_0));
  }

  /** A target in origin form, absolute form or asterisk form (RFC 9112, section 3.2). */
  private static URI uri(String target) throws URISyntaxException {
    if (target.equals("*")) {
      return ROOT;
    }
    URI uri = new URI(target.startsWith("/") ? "http://host" + target : target);
    if (uri.getScheme() == null || uri.getRawPath() == null) {
      // URISyntaxException's message would hold the target; this one is never shown.
      throw new URISyntaxException("", "no path");
    }
    return uri;
  }

  private static String path(URI uri) {
    return uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
  }
}
