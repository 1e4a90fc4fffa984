package dev.latchkey.kit.errors;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.QuotaFailure;
import com.google.rpc.RequestInfo;
import com.google.rpc.RetryInfo;
import dev.latchkey.proto.errors.v1.ErrorReason;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where failures become gRPC status, and the way back for those who read one. Every
 * error carries {@code google.rpc.ErrorInfo} with the domain {@value #DOMAIN}.
 */
public final class Errors {
  /** The domain of every {@code ErrorInfo} of ours. */
  public static final String DOMAIN = "latchkey.dev";

  private static final Logger LOG = LoggerFactory.getLogger(Errors.class);
  private static final String REASON_PREFIX = "ERROR_REASON_";

  private Errors() {}

  /** The name that stands on the wire: the enum's name without its prefix. */
  public static String wireName(ErrorReason reason) {
    return reason.name().substring(REASON_PREFIX.length());
  }

  /** The gRPC status code that always comes with a reason, as the proto documents it. */
  public static Status.Code codeOf(ErrorReason reason) {
    return switch (reason) {
      case ERROR_REASON_INVALID_REQUEST, ERROR_REASON_INVALID_PAGE_TOKEN ->
          Status.Code.INVALID_ARGUMENT;
      case ERROR_REASON_RESOURCE_NOT_FOUND -> Status.Code.NOT_FOUND;
      case ERROR_REASON_SLUG_TAKEN,
          ERROR_REASON_REQUEST_ID_REUSED,
          ERROR_REASON_SECRET_ALREADY_ISSUED,
          ERROR_REASON_USER_FIELD_TAKEN,
          ERROR_REASON_KEY_TEXT_TAKEN ->
          Status.Code.ALREADY_EXISTS;
      case ERROR_REASON_ETAG_MISMATCH -> Status.Code.ABORTED;
      case ERROR_REASON_NODE_NOT_LIVE,
          ERROR_REASON_KEY_REVOKED,
          ERROR_REASON_KEY_EXPIRED,
          ERROR_REASON_KEY_ALREADY_ROTATED,
          ERROR_REASON_KEY_DISABLED,
          ERROR_REASON_PLAN_IN_USE,
          ERROR_REASON_LAST_OWNER,
          ERROR_REASON_USER_NOT_MEMBER,
          ERROR_REASON_OWNER_INACTIVE ->
          Status.Code.FAILED_PRECONDITION;
      case ERROR_REASON_CREDENTIAL_MISSING, ERROR_REASON_CREDENTIAL_INVALID ->
          Status.Code.UNAUTHENTICATED;
      case ERROR_REASON_INSUFFICIENT_SCOPE,
          ERROR_REASON_PLATFORM_KEY_REQUIRED,
          ERROR_REASON_SCOPE_NOT_HELD,
          ERROR_REASON_LIMIT_NOT_KEPT,
          ERROR_REASON_CREDENTIAL_DENIED,
          ERROR_REASON_ROLE_INSUFFICIENT ->
          Status.Code.PERMISSION_DENIED;
      case ERROR_REASON_PLAN_CEILING_REACHED, ERROR_REASON_RATE_LIMITED ->
          Status.Code.RESOURCE_EXHAUSTED;
      case ERROR_REASON_DEPENDENCY_UNAVAILABLE, ERROR_REASON_OVERLOADED -> Status.Code.UNAVAILABLE;
      case ERROR_REASON_DEADLINE_EXCEEDED -> Status.Code.DEADLINE_EXCEEDED;
      case ERROR_REASON_UNSPECIFIED, ERROR_REASON_INTERNAL, UNRECOGNIZED -> Status.Code.INTERNAL;
    };
  }

  /** Turns whatever was thrown into the status that leaves the service. */
  public static StatusRuntimeException toStatus(Throwable thrown, String requestId) {
    return toStatus(toRefusal(thrown, requestId), requestId);
  }

  /**
   * Turns whatever was thrown, also by a future, into what callers are told. A status that another
   * service answered passes as {@code UNAVAILABLE}: its text was not written for our caller.
   */
  public static ApiException toRefusal(Throwable thrown, String requestId) {
    if (thrown instanceof CompletionException && thrown.getCause() != null) {
      return toRefusal(thrown.getCause(), requestId);
    }
    if (thrown instanceof ApiException refusal) {
      return refusal;
    }
    if (thrown instanceof StatusRuntimeException upstream) {
      LOG.warn("request_id={} upstream answered {}", requestId, upstream.getStatus());
      return ApiException.unavailable("service behind this one");
    }
    LOG.error("request_id={} failed", requestId, thrown);
    return ApiException.of(
        ErrorReason.ERROR_REASON_INTERNAL,
        "The service failed; its log has more under this request id.",
        Map.of());
  }

  private static StatusRuntimeException toStatus(ApiException refusal, String requestId) {
    com.google.rpc.Status.Builder status =
        com.google.rpc.Status.newBuilder()
            .setCode(codeOf(refusal.reason()).value())
            .setMessage(refusal.explanation())
            .addDetails(
                Any.pack(
                    ErrorInfo.newBuilder()
                        .setDomain(DOMAIN)
                        .setReason(wireName(refusal.reason()))
                        .putAllMetadata(refusal.metadata())
                        .build()));
    if (!refusal.violations().isEmpty()) {
      BadRequest.Builder badRequest = BadRequest.newBuilder();
      for (FieldViolation violation : refusal.violations()) {
        badRequest
            .addFieldViolationsBuilder()
            .setField(violation.field())
            .setDescription(violation.problem());
      }
      status.addDetails(Any.pack(badRequest.build()));
    }
    QuotaViolation quota = refusal.quotaViolation();
    if (quota != null) {
      status.addDetails(
          Any.pack(
              QuotaFailure.newBuilder()
                  .addViolations(
                      QuotaFailure.Violation.newBuilder()
                          .setSubject(quota.subject())
                          .setDescription(quota.description()))
                  .build()));
    }
    java.time.Duration retryAfter = refusal.retryAfter();
    if (retryAfter != null) {
      status.addDetails(
          Any.pack(
              RetryInfo.newBuilder()
                  .setRetryDelay(
                      Duration.newBuilder()
                          .setSeconds(retryAfter.getSeconds())
                          .setNanos(retryAfter.getNano()))
                  .build()));
    }
    status.addDetails(Any.pack(RequestInfo.newBuilder().setRequestId(requestId).build()));
    return StatusProto.toStatusRuntimeException(status.build());
  }
}
