package dev.latchkey.edge.keyservice;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.latchkey.edge.problem.CredentialProblems;
import dev.latchkey.edge.problem.Problem;
import dev.latchkey.edge.problem.ProblemCode;
import dev.latchkey.edge.problem.RequestProblems;
import dev.latchkey.edge.ratelimit.WholeSeconds;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.errors.Errors;
import dev.latchkey.kit.errors.FieldViolation;
import dev.latchkey.proto.errors.v1.ErrorReason;
import dev.latchkey.proto.keys.v1.AuthenticateError;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a failed call means to the HTTP client. An error is never a decision about a key: all that
 * is not plainly the client's doing becomes {@code unavailable}.
 */
public final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private static final int LONGEST_DETAIL = 500;

  private Failures() {}

  /**
   * A call with the edge's own key: nothing in it is the client's doing, but for fields of theirs
   * that key-service cannot take, and names.
   */
  static Problem ofOwnCall(Throwable thrown, CallOrigin origin) {
    Status status = Status.fromThrowable(thrown);
    if (status.getCode() == Status.Code.INVALID_ARGUMENT
        && detail(thrown, BadRequest.class).isPresent()) {
      return invalid(thrown);
    }
    switch (status.getCode()) {
      case UNAUTHENTICATED, PERMISSION_DENIED ->
          LOG.error(
              "request_id={} key-service refuses this edge's own service key: {}",
              origin.requestId(),
              status.getCode());
      default -> logUndecided(status, origin);
    }
    return RequestProblems.UNAVAILABLE;
  }

  /** What a call would have failed with, of a question on a stream. */
  static Throwable thrown(AuthenticateError error, CallOrigin origin) {
    List<FieldViolation> violations =
        error.getFieldViolationsList().stream()
            .map(violation -> new FieldViolation(violation.getField(), violation.getDescription()))
            .toList();
    return Errors.toStatus(
        violations.isEmpty()
            ? ApiException.of(error.getReason(), error.getMessage(), Map.of())
            : ApiException.invalid(violations),
        origin.requestId());
  }

  /** A question with the client's key and the client's words. */
  static Reply.Failed ofCallersCall(Throwable thrown, CallOrigin origin) {
    return new Reply.Failed(ofQuestion(thrown, origin));
  }

  /**
   * A call of management with the client's key and the client's words. A fault of the service is
   * told as one: trying again would not help.
   */
  public static Problem ofManagement(Throwable thrown, CallOrigin origin) {
    return switch (Status.fromThrowable(thrown).getCode()) {
      case INTERNAL, UNKNOWN, DATA_LOSS, UNIMPLEMENTED -> {
        LOG.error(
            "request_id={} the service failed: {}",
            origin.requestId(),
            Status.fromThrowable(thrown).getCode());
        yield RequestProblems.INTERNAL;
      }
      default -> ofQuestion(thrown, origin);
    };
  }

  private static Problem ofQuestion(Throwable thrown, CallOrigin origin) {
    Status status = Status.fromThrowable(thrown);
    return switch (status.getCode()) {
      case UNAUTHENTICATED -> CredentialProblems.INVALID;
      case PERMISSION_DENIED -> forbidden(thrown);
      case INVALID_ARGUMENT -> invalid(thrown);
      case NOT_FOUND -> refused(thrown, ProblemCode.RESOURCE_NOT_FOUND);
      case ALREADY_EXISTS, FAILED_PRECONDITION -> refused(thrown, ProblemCode.CONFLICT);
      case ABORTED -> refused(thrown, ProblemCode.ETAG_MISMATCH);
      case RESOURCE_EXHAUSTED -> exhausted(thrown);
      default -> {
        logUndecided(status, origin);
        yield RequestProblems.UNAVAILABLE.with("Retry-After", retryAfter(thrown));
      }
    };
  }

  /** With how the limits stand, and with when to try again where trying again helps. */
  private static Problem exhausted(Throwable thrown) {
    Problem problem =
        refused(thrown, ProblemCode.RESOURCE_EXHAUSTED).withAll(LimitMetadata.trailers(thrown));
    return problem.code() == ProblemCode.PLAN_CEILING_REACHED
        ? problem
        : problem.with("Retry-After", retryAfter(thrown));
  }

  private static void logUndecided(Status status, CallOrigin origin) {
    // The description may quote what the client sent; the code says enough.
    LOG.warn(
        "request_id={} the service made no decision: {}", origin.requestId(), status.getCode());
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
    return refused(thrown, ProblemCode.ACCESS_DENIED);
  }

  /**
   * A refusal under the code of its reason: the reason's name in lower case, where there is a code
   * of this name for the same kind of refusal.
   */
  private static Problem refused(Throwable thrown, ProblemCode otherwise) {
    Optional<ErrorInfo> info =
        detail(thrown, ErrorInfo.class).filter(found -> found.getDomain().equals(Errors.DOMAIN));
    if (info.isEmpty()) {
      // Not our services' own words: a proxy's or the transport's.
      return Problem.of(otherwise, otherwise.title() + ".");
    }
    ProblemCode code =
        Arrays.stream(ProblemCode.values())
            .filter(known -> known.name().equals(info.get().getReason()))
            .filter(known -> known.status() == otherwise.status())
            .findFirst()
            .orElse(otherwise);
    return Problem.of(code, sentence(thrown, code)).with(info.get().getMetadataMap());
  }

  /** What the service says to its caller, cut to a length that fits a detail. */
  private static String sentence(Throwable thrown, ProblemCode code) {
    String description = Status.fromThrowable(thrown).getDescription();
    if (description == null || description.isBlank()) {
      return code.title() + ".";
    }
    return description.length() > LONGEST_DETAIL
        ? description.substring(0, LONGEST_DETAIL) + "…"
        : description;
  }

  private static String retryAfter(Throwable thrown) {
    return detail(thrown, RetryInfo.class)
        .map(RetryInfo::getRetryDelay)
        .map(WholeSeconds::retryAfter)
        .orElse("1");
  }

  private static boolean is(ErrorInfo info, ErrorReason reason) {
    return info.getDomain().equals(Errors.DOMAIN)
        && info.getReason().equals(Errors.wireName(reason));
  }

  private static Problem invalid(Throwable thrown) {
    if (is(
        detail(thrown, ErrorInfo.class).orElse(ErrorInfo.getDefaultInstance()),
        ErrorReason.ERROR_REASON_INVALID_PAGE_TOKEN)) {
      return refused(thrown, ProblemCode.INVALID_PAGE_TOKEN);
    }
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
