package dev.latchkey.harness.bench;

import dev.latchkey.harness.attack.Samples;
import dev.latchkey.harness.platform.Platform;
import dev.latchkey.harness.platform.Service;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.DenialReason;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What Authenticate is measured on: a key-service with its tenancy, keys that every check applies
 * to, a request for each, and a server of the same transport that decides nothing.
 */
final class AuthenticateGround implements AutoCloseable {
  private static final String QUERIES = "latchkey_keys_lookup_queries_total";

  private final Platform platform;
  private final List<AuthenticateRequest> requests;
  private final String noOp;

  private AuthenticateGround(Platform platform, List<AuthenticateRequest> requests, String noOp) {
    this.platform = platform;
    this.requests = requests;
    this.noOp = noOp;
  }

  /** Starts the services and issues the keys. */
  static AuthenticateGround start(int keys, PrintWriter out) throws IOException {
    out.println("starting key-service and tenant-service");
    out.flush();
    Platform platform =
        Platform.start(Platform.FULL_SPEED, Service.TENANT_SERVICE, Service.KEY_SERVICE);
    try {
      out.printf("issuing %,d keys%n", keys);
      out.flush();
      List<AuthenticateRequest> requests =
          new BenchKeys(platform.operator())
              .issue(keys).stream().map(AuthenticateGround::request).toList();
      return new AuthenticateGround(platform, requests, startNoOp(platform, requests.getFirst()));
    } catch (IOException | RuntimeException e) {
      platform.close();
      throw e;
    }
  }

  /** Starts the no-op server with an answer that the real one gave, and tells its address. */
  static String startNoOp(Platform platform, AuthenticateRequest sample) throws IOException {
    AuthenticateResponse answer = platform.operator().authentication().authenticate(sample);
    Path file = platform.folder().resolve("answer");
    Files.write(file, answer.toByteArray());
    return platform.startBeside(NoOpServer.class, Platform.FULL_SPEED, file.toString());
  }

  /** The request that names a key, a scope of it and an address it may be used from. */
  static AuthenticateRequest request(Secret key) {
    return AuthenticateRequest.newBuilder()
        .setCredential(key.reveal())
        .setClientAddress(BenchKeys.CLIENT)
        .addRequiredScopes(BenchKeys.SCOPE)
        .build();
  }

  /** One request for each key. */
  List<AuthenticateRequest> requests() {
    return requests;
  }

  /** The key the calls are made with. */
  Secret caller() {
    return platform.operatorKey();
  }

  /** The key-service, {@code host:port}. */
  String keyService() {
    return platform.target(Service.KEY_SERVICE);
  }

  /** The server that does nothing, {@code host:port}. */
  String noOp() {
    return noOp;
  }

  /** Unary calls to a server. */
  Load unary(String target, BenchOptions options) {
    return unary(target, requests, Expected.ALLOWED, options);
  }

  /** Unary calls to key-service with credentials that are a key each but for their checksum. */
  Load garbage(BenchOptions options) {
    return unary(
        keyService(),
        requests.stream().map(AuthenticateGround::garbled).toList(),
        Expected.denied(DenialReason.DENIAL_REASON_MALFORMED),
        options);
  }

  private Load unary(
      String target, List<AuthenticateRequest> asked, Expected expected, BenchOptions options) {
    return new UnaryLoad(connections(target, options), asked, expected, options.inFlight);
  }

  /** The request with another last character of its credential: only one fits the others. */
  private static AuthenticateRequest garbled(AuthenticateRequest request) {
    String key = request.getCredential();
    int last = key.length() - 1;
    return request.toBuilder()
        .setCredential(key.substring(0, last) + (key.charAt(last) == '0' ? '1' : '0'))
        .build();
  }

  /** How many queries of the database key-service has made to look up keys. */
  long queries() {
    String page = platform.service(Service.KEY_SERVICE).metrics();
    if (!page.contains(QUERIES)) {
      throw new IllegalStateException("key-service does not tell " + QUERIES);
    }
    return (long) Samples.sum(page, QUERIES);
  }

  /** Unary calls to a server at a rate of the caller's choosing. */
  OpenLoad open(String target, BenchOptions options) {
    return new OpenLoad(connections(target, options), requests, Expected.ALLOWED);
  }

  private Connections connections(String target, BenchOptions options) {
    return Connections.open(target, caller(), options.connections);
  }

  /** Requests on streams to key-service. */
  Load streams(BenchOptions options) {
    return new StreamLoad(connections(keyService(), options), requests, options.streamInFlight);
  }

  @Override
  public void close() {
    platform.close();
  }
}
