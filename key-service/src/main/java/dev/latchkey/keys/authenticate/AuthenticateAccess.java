package dev.latchkey.keys.authenticate;

import dev.latchkey.keys.decision.Decider;
import dev.latchkey.keys.decision.Rights;
import dev.latchkey.keys.decision.ScopeRequirement;
import dev.latchkey.keys.hashing.KeyHash;
import dev.latchkey.keys.tenancy.TenancyModel;
import dev.latchkey.kit.access.AccessRules;
import dev.latchkey.kit.access.BearerTokens;
import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.access.ManagementInterceptor;
import dev.latchkey.kit.access.Peers;
import dev.latchkey.kit.access.Role;
import dev.latchkey.kit.access.Scopes;
import dev.latchkey.kit.grpc.Offload;
import dev.latchkey.kit.load.CallLoad;
import dev.latchkey.proto.access.v1.AccessRule;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Lets only callers with the scope {@value Scopes#KEYS_AUTHENTICATE} ask about keys; the owner of a
 * member's key must be at least ADMIN at the node of the key. A caller whose own key is in memory
 * passes on the event loop; every other outcome takes the way of the management calls, which may
 * wait and says why it refuses. Neither counts as a use of the caller's key: what is counted is the
 * key that is asked about.
 */
@Singleton
final class AuthenticateAccess implements ServerInterceptor {
  private static final int MOST_WAITING = 1_000;
  private static final ScopeRequirement REQUIRED = ScopeRequirement.of(Scopes.KEYS_AUTHENTICATE);
  private static final Role REQUIRED_ROLE = Role.leastFor(Scopes.KEYS_AUTHENTICATE);
  private static final AccessRule RULE =
      AccessRules.of(AuthenticationServiceGrpc.getAuthenticateStreamMethod());
  private static final String SCHEME = "Bearer ";

  private final Credentials credentials;
  private final LocalCallers callers;
  private final TenancyModel tenancy;
  private final InstantSource clock;
  private final Offload offload = new Offload(CallLoad.upTo(MOST_WAITING));
  private final ManagementInterceptor slowWay;

  AuthenticateAccess(
      Credentials credentials, LocalCallers callers, TenancyModel tenancy, InstantSource clock) {
    this.credentials = credentials;
    this.callers = callers;
    this.tenancy = tenancy;
    this.clock = clock;
    this.slowWay =
        new ManagementInterceptor((credential, client, rule) -> callers.look(credential, client));
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (call.getMethodDescriptor().getType() == MethodType.BIDI_STREAMING) {
      // Its caller is looked at by the stream itself, more than once.
      return Contexts.interceptCall(
          StreamCallers.context(headers, Peers.address(call)), call, headers, next);
    }
    if (mayPassAtOnce(headers, Peers.address(call))) {
      return next.startCall(call, headers);
    }
    return offload.interceptCall(
        call,
        headers,
        (offloaded, own) -> slowWay.interceptCall(offloaded, own, ifRoleSuffices(next)));
  }

  private <Q, A> ServerCallHandler<Q, A> ifRoleSuffices(ServerCallHandler<Q, A> next) {
    return (call, headers) -> {
      requireRole(Caller.current());
      return next.startCall(call, headers);
    };
  }

  private void requireRole(Caller caller) {
    caller.node().ifPresent(node -> caller.requireRole(REQUIRED_ROLE, tenancy.require(node).ids()));
  }

  /**
   * Throws unless the caller may make these calls. May wait.
   *
   * @throws dev.latchkey.kit.errors.ApiException as a single Authenticate would end
   */
  void require(Metadata headers, @Nullable InetAddress client) {
    Caller caller = callers.recheck(BearerTokens.require(headers), client);
    ManagementInterceptor.require(caller, RULE);
    requireRole(caller);
  }

  /** Whether it is known without waiting that the caller may make these calls. */
  boolean mayPassAtOnce(Metadata headers, @Nullable InetAddress client) {
    String authorization = headers.get(BearerTokens.AUTHORIZATION);
    if (authorization == null || !authorization.startsWith(SCHEME)) {
      return false;
    }
    Lookup lookup = ifKnown(authorization);
    return lookup instanceof Lookup.Found found
        && Decider.decide(found, new CallerDemand(REQUIRED, client), clock.millis())
            instanceof Rights rights
        && rights.hasRole(REQUIRED_ROLE);
  }

  /** Also past the trust window, as long as nothing has to be waited for. */
  private @Nullable Lookup ifKnown(String authorization) {
    KeyHash hash = LastCaller.hash(authorization, SCHEME.length());
    Lookup lookup = hash == null ? null : credentials.ifPresent(hash);
    if (lookup != null) {
      return lookup;
    }
    CompletableFuture<Lookup> found =
        hash == null
            ? credentials.find(authorization.substring(SCHEME.length()))
            : credentials.find(hash);
    return found.state() == Future.State.SUCCESS ? found.resultNow() : null;
  }
}
