package dev.latchkey.tenancy.testing;

import dev.latchkey.kit.access.BearerTokens;
import dev.latchkey.kit.grpc.ServerTransport;
import dev.latchkey.proto.keys.v1.Allowed;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.AuthenticatedKey;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.keys.v1.Denied;
import dev.latchkey.proto.tenancy.v1.NodeLevel;
import dev.latchkey.proto.tenancy.v1.NodeRef;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * A key service made of a table: it knows the keys it was told, and answers only those who show the
 * tenant service's own key.
 */
public final class KeyServiceStandIn implements AutoCloseable {
  /** The tenant service's own key. */
  public static final String SERVICE_KEY = "lk_service_tenant";

  private static final AuthenticateResponse UNKNOWN = denied(DenialReason.DENIAL_REASON_UNKNOWN);

  private final Map<String, AuthenticateResponse> keys = new ConcurrentHashMap<>();
  private final List<AuthenticateRequest> asked = new CopyOnWriteArrayList<>();
  private final Server server;

  public KeyServiceStandIn() {
    try {
      server =
          ServerTransport.builder("127.0.0.1", 0)
              .addService(ServerInterceptors.intercept(new Answers(), new ServiceKeyOnly()))
              .build()
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final class Answers extends AuthenticationServiceGrpc.AuthenticationServiceImplBase {
    @Override
    public void authenticate(
        AuthenticateRequest request, StreamObserver<AuthenticateResponse> out) {
      asked.add(request);
      out.onNext(keys.getOrDefault(request.getCredential(), UNKNOWN));
      out.onCompleted();
    }
  }

  private static final class ServiceKeyOnly implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      if (("Bearer " + SERVICE_KEY).equals(headers.get(BearerTokens.AUTHORIZATION))) {
        return next.startCall(call, headers);
      }
      call.close(Status.UNAUTHENTICATED, new Metadata());
      return new ServerCall.Listener<>() {};
    }
  }

  public String target() {
    return "127.0.0.1:" + server.getPort();
  }

  /** What was asked about a key, the latest last. */
  public List<AuthenticateRequest> askedAbout(String key) {
    return asked.stream().filter(request -> request.getCredential().equals(key)).toList();
  }

  /** A new key of the platform. */
  public String platformKey(String... scopes) {
    return key("", NodeRef.newBuilder().setLevel(NodeLevel.NODE_LEVEL_PLATFORM).build(), scopes);
  }

  /** A new key bound to a node. */
  public String key(NodeLevel level, String nodeId, String... scopes) {
    return memberKey("", level, nodeId, scopes);
  }

  /** A new key bound to a node that acts for a user. */
  public String memberKey(String userId, NodeLevel level, String nodeId, String... scopes) {
    return key(userId, NodeRef.newBuilder().setLevel(level).setId(nodeId).build(), scopes);
  }

  private String key(String userId, NodeRef node, String... scopes) {
    return answering(
        AuthenticateResponse.newBuilder()
            .setAllowed(
                Allowed.newBuilder()
                    .setKey(
                        AuthenticatedKey.newBuilder()
                            .setId(UUID.randomUUID().toString())
                            .setOwnerUserId(userId)
                            .setNode(node)
                            .addAllScopes(List.of(scopes))))
            .build());
  }

  /** A new key that is denied. */
  public String deniedKey(DenialReason reason) {
    return answering(denied(reason));
  }

  /** A new key that gets any answer. */
  public String answering(AuthenticateResponse answer) {
    String text = "lk_test_" + UUID.randomUUID();
    keys.put(text, answer);
    return text;
  }

  private static AuthenticateResponse denied(DenialReason reason) {
    return AuthenticateResponse.newBuilder()
        .setDenied(Denied.newBuilder().setReason(reason))
        .build();
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      if (!server.awaitTermination(5, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the key service's stand-in did not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
