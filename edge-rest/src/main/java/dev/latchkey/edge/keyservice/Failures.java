package dev.latchkey.edge.keyservice;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import dev.latchkey.edge.problem.CredentialProblems;
import dev.latchkey.edge.problem.Problem;
import dev.latchkey.edge.problem.RequestProblems;
import dev.latchkey.kit.errors.Errors;
import dev.latchkey.kit.errors.FieldViolation;
import dev.latchkey.proto.errors.v1.ErrorReason;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a failed call means to the HTTP client. An error is never a decision about a key: all that
 * is not plainly the client's doing becomes {@code unavailable}.
 */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  /** A call with the edge's own key: nothing in it is the client's doing. */
  static Reply.Failed ofOwnCall(Throwable thrown, CallOrigin origin) {
    Status status = Status.fromThrowable(thrown);
    switch (status.getCode()) {
      case UNAUTHENTICATED, PERMISSION_DENIED ->
          LOG.error(
              "request_id={} key-service refuses this edge's own service key: {}",
              origin.requestId(),
              status.getCode());
      default -> logUndecided(status, origin);
    }
    return new Reply.Failed(RequestProblems.UNAVAILABLE);
  }

  /** A call with the client's key and the client's words. */
  static Reply.Failed ofCallersCall(Throwable thrown, CallOrigin origin) {
    Status status = Status.fromThrowable(thrown);
    return new Reply.Failed(
        switch (status.getCode()) {
          case UNAUTHENTICATED -> CredentialProblems.INVALID;
          case PERMISSION_DENIED -> forbidden(thrown);
          case INVALID_ARGUMENT -> invalid(thrown);
          default -> {
            logUndecided(status, origin);
            yield RequestProblems.UNAVAILABLE;
          }
        });
  }

  private static void logUndecided(Status status, CallOrigin origin) {
    // The description may quote what the client sent; the code says enough.
    LOG.warn(
        "request_id={} key-service made no decision: {}", origin.requestId(), status.getCode());
  }

  private static Problem forbidden(Throwable thrown) {
    ErrorInfo info = detail(thrown, ErrorInfo.class).orElse(ErrorInfo.getDefaultInstance());
    if (is(info, ErrorReason.ERROR_REASON_INSUFFICIENT_SCOPE)) {
      return CredentialProblems.insufficientScope(
          List.of(info.getMetadataOrDefault("required_scope", "")));
    }
    if (is(info, ErrorReason.ERROR_REASON_CREDENTIAL_DENIED)) {
      String reason =
          info.getMetadataOrDefault("denial_reason", "")
              .toUpperCase(Locale.ROOT)
              .replaceFirst("^DENIAL_REASON_", "");
      return switch (reason) {
        case "TENANT_SUSPENDED" -> CredentialProblems.TENANT_SUSPENDED;
        case "API_ACCESS_DENIED" -> CredentialProblems.API_ACCESS_DENIED;
        case "CLIENT_NETWORK_NOT_ALLOWED" -> CredentialProblems.CLIENT_NETWORK_NOT_ALLOWED;
        default -> CredentialProblems.ACCESS_DENIED;
      };
    }
    return CredentialProblems.ACCESS_DENIED;
  }

  private static boolean is(ErrorInfo info, ErrorReason reason) {
    return info.getDomain().equals(Errors.DOMAIN)
        && info.getReason().equals(Errors.wireName(reason));
  }

  private static Problem invalid(Throwable thrown) {
    List<FieldViolation> violations =
        detail(thrown, BadRequest.class).stream()
            .flatMap(badRequest -> badRequest.getFieldViolationsList().stream())
            .map(violation -> new FieldViolation(violation.getField(), violation.getDescription()))
            .toList();
    return Problem.invalid("The request has fields that cannot be taken.", violations);
  }

  private static <M extends Message> Optional<M> detail(Throwable thrown, Class<M> type) {
    com.google.rpc.Status status = StatusProto.fromThrowable(thrown);
    if (status == null) {
      return Optional.empty();
    }
    for (Any any : status.getDetailsList()) {
      if (any.is(type)) {
        try {
          return Optional.of(any.unpack(type));
        } catch (InvalidProtocolBufferException e) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }
}
