package dev.latchkey.edge.http;

import dev.latchkey.kit.grpc.RequestIds;
import io.micronaut.http.HttpRequest;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;

/**
 * What is known of one request beside its route. Safe for use by the threads that work on it one
 * after the other.
 */
public final class Exchange {
  private static final String ATTRIBUTE = Exchange.class.getName();

  /** W3C Trace Context, section 3.2, with the all-zero ids and version ff that it forbids. */
  private static final Pattern TRACEPARENT =
      Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

  private final String requestId;
  private final InetAddress clientAddress;
  private final Optional<String> traceparent;
  private final String rawQuery;
  private final Executor connection;
  private final long startNanos = System.nanoTime();
  private final AtomicReference<String> keyId = new AtomicReference<>("");

  private Exchange(
      String requestId,
      InetAddress clientAddress,
      Optional<String> traceparent,
      String rawQuery,
      Executor connection) {
    this.requestId = requestId;
    this.clientAddress = clientAddress;
    this.traceparent = traceparent;
    this.rawQuery = rawQuery;
    this.connection = connection;
  }

  /** Reads what the headers say and keeps it with the request. */
  static Exchange begin(HttpRequest<?> request, InetAddress clientAddress) {
    Exchange exchange =
        new Exchange(
            RequestIds.orNew(request.getHeaders().get(RequestIds.HEADER)),
            clientAddress,
            Optional.of(request.getHeaders().getAll("traceparent"))
                .filter(values -> values.size() == 1)
                .map(values -> values.getFirst())
                .filter(value -> TRACEPARENT.matcher(value).matches()),
            NativeRequests.of(request) instanceof QueriedRequest queried ? queried.rawQuery() : "",
            NativeRequests.connection(request));
    request.setAttribute(ATTRIBUTE, exchange);
    return exchange;
  }

  /** The exchange of a request; empty only before {@link ExchangeFilter} has seen it. */
  static Optional<Exchange> find(HttpRequest<?> request) {
    return request.getAttribute(ATTRIBUTE, Exchange.class);
  }

  /** The exchange of a request that has reached its route. */
  public static Exchange of(HttpRequest<?> request) {
    return find(request).orElseThrow();
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
    return rawQuery;
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
