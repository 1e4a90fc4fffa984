package dev.latchkey.edge.http;

import dev.latchkey.kit.grpc.RequestIds;
import io.micronaut.http.HttpRequest;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;

/**
 * One request, whoever takes it to its route: what its headers say, and what is known of it beside.
 * Safe for use by the threads that work on it one after the other.
 */
public final class Exchange {
  private static final String ATTRIBUTE = Exchange.class.getName();

  /** W3C Trace Context, section 3.2, with the all-zero ids and version ff that it forbids. */
  private static final Pattern TRACEPARENT =
      Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

  private final io.netty.handler.codec.http.HttpRequest request;
  private final InetAddress clientAddress;
  private final Executor connection;
  private final String requestId;
  private final Optional<String> traceparent;
  private final long startNanos = System.nanoTime();
  private final AtomicReference<String> keyId = new AtomicReference<>("");

  /**
   * Begins with the request.
   *
   * @param connection the thread of its connection
   */
  Exchange(
      io.netty.handler.codec.http.HttpRequest request,
      InetAddress clientAddress,
      Executor connection) {
    this.request = request;
    this.clientAddress = clientAddress;
    this.connection = connection;
    this.requestId = RequestIds.orNew(request.headers().get(RequestIds.HEADER));
    this.traceparent =
        Optional.of(fields("traceparent"))
            .filter(values -> values.size() == 1)
            .map(List::getFirst)
            .filter(value -> TRACEPARENT.matcher(value).matches());
  }

  /** Goes along with a request of the framework's from here on. */
  void attachTo(HttpRequest<?> frameworks) {
    frameworks.setAttribute(ATTRIBUTE, this);
  }

  /** The exchange of a request; empty only before {@link ExchangeFilter} has seen it. */
  static Optional<Exchange> find(HttpRequest<?> request) {
    return request.getAttribute(ATTRIBUTE, Exchange.class);
  }

  /** The exchange of a request that has reached its route. */
  public static Exchange of(HttpRequest<?> request) {
    return find(request).orElseThrow();
  }

  /** The value of each header field with this name, in any case, in their order. */
  public List<String> fields(String name) {
    return request.headers().getAll(name);
  }

  /** The id of the request, the caller's or a new one. */
  public String requestId() {
    return requestId;
  }

  /** The address the request came from, past trusted proxies. */
  public InetAddress clientAddress() {
    return clientAddress;
  }

  /** The caller's place in a trace, where it has one. */
  public Optional<String> traceparent() {
    return traceparent;
  }

  /** The query of the URL as it came, without the question mark; for no log. */
  public String rawQuery() {
    return request instanceof QueriedRequest queried ? queried.rawQuery() : "";
  }

  /**
   * Runs work on the thread of the request's connection. An answer that is made there is written
   * without another hop, and the threads of key-service's answers are not kept by one client's.
   */
  public Executor connection() {
    return connection;
  }

  /** Notes, for the access log, whose request it is. */
  public void identify(String id) {
    keyId.set(id);
  }

  /** The id of the key; empty where it is not known. */
  String keyId() {
    return keyId.get();
  }

  /** How long the request has been here, in nanoseconds. */
  long elapsedNanos() {
    return System.nanoTime() - startNanos;
  }
}
