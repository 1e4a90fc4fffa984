package dev.latchkey.kit.access;

import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.errors.Errors;
import dev.latchkey.kit.grpc.RequestIds;
import dev.latchkey.proto.access.v1.AccessRule;
import dev.latchkey.proto.errors.v1.ErrorReason;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import java.util.Map;
import java.util.Objects;

/**
 * The one place where management calls are authorized: the key that comes with the call must be
 * good, hold the scope that the call's {@link AccessRule} names and, where the rule says so, belong
 * to the platform. What of the tenancy the caller may then touch, {@link Caller#requireReach} says:
 * there the key is cut with its owner's role at the node in question. Runs behind {@link
 * dev.latchkey.kit.grpc.Offload}, for it may wait.
 */
public final class ManagementInterceptor implements ServerInterceptor {
  private final CallerAuthenticator authenticator;

  public ManagementInterceptor(CallerAuthenticator authenticator) {
    this.authenticator = authenticator;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    AccessRule rule = AccessRules.of(call.getMethodDescriptor());
    return switch (authenticator.admit(BearerTokens.require(headers), Peers.address(call), rule)) {
      case Admission.Admitted admitted -> start(call, headers, next, rule, admitted);
      case Admission.RateLimited limited -> refuse(call, limited);
    };
  }

  private static <Q, A> ServerCall.Listener<Q> start(
      ServerCall<Q, A> call,
      Metadata headers,
      ServerCallHandler<Q, A> next,
      AccessRule rule,
      Admission.Admitted admitted) {
    Caller caller = admitted.caller();
    require(caller, rule);
    return Contexts.interceptCall(
        Context.current()
            .withValue(Caller.KEY, caller.needing(Role.leastFor(rule)))
            .withValue(CallOrigin.KEY, CallOrigin.of(call, headers)),
        admitted
            .headers()
            .<ServerCall<Q, A>>map(limit -> new LimitAnnouncement<>(call, limit))
            .orElse(call),
        headers,
        next);
  }

  private static <Q> ServerCall.Listener<Q> refuse(
      ServerCall<Q, ?> call, Admission.RateLimited limited) {
    StatusRuntimeException status =
        Errors.toStatus(limited.refusal(), RequestIds.orNew(RequestIds.current()));
    Metadata trailers = Objects.requireNonNullElseGet(status.getTrailers(), Metadata::new);
    limited.headers().addTo(trailers);
    call.close(status.getStatus(), trailers);
    return new ServerCall.Listener<>() {};
  }

  /** Throws unless the caller may make calls with this rule. */
  public static void require(Caller caller, AccessRule rule) {
    if (!Scopes.cover(caller.scopes(), rule.getRequiredScope())) {
      throw CallerRefusals.insufficientScope(rule);
    }
    if (rule.getPlatformOnly() && !caller.isPlatform()) {
      throw ApiException.of(
          ErrorReason.ERROR_REASON_PLATFORM_KEY_REQUIRED,
          "The call concerns the whole deployment and needs a key of the platform.",
          Map.of());
    }
  }
}
