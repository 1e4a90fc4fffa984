package dev.latchkey.harness.bench;

import dev.latchkey.harness.platform.Platform;
import dev.latchkey.harness.platform.Service;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
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
    return new UnaryLoad(target, caller(), requests, options.connections, options.inFlight);
  }

  /** Requests on streams to key-service. */
  Load streams(BenchOptions options) {
    return new StreamLoad(
        keyService(), caller(), requests, options.connections, options.streamInFlight);
  }

  @Override
  public void close() {
    platform.close();
  }
}
