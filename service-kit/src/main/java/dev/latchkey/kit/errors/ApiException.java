package dev.latchkey.kit.errors;

import dev.latchkey.proto.errors.v1.ErrorReason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A refusal that the caller is meant to read: its message, reason and metadata all leave the
 * service. Anything else that is thrown is a fault of ours and leaves it as {@code INTERNAL} with
 * no detail.
 */
public final class ApiException extends RuntimeException {
  private static final Duration RETRY_SOON = Duration.ofSeconds(1);

  private static final int MOST_VIOLATIONS = 20;

  private final ErrorReason reason;
  private final transient Map<String, String> metadata;
  private final transient List<FieldViolation> violations;
  private final transient @Nullable Duration retryAfter;
  private final transient @Nullable QuotaViolation quotaViolation;

  private ApiException(
      ErrorReason reason,
      String message,
      Map<String, String> metadata,
      List<FieldViolation> violations,
      @Nullable Duration retryAfter,
      @Nullable QuotaViolation quotaViolation) {
    // An expected answer, not a fault: no stack trace is kept.
    super(message, null, false, false);
    this.reason = reason;
    this.metadata = Map.copyOf(metadata);
    this.violations = List.copyOf(violations);
    this.retryAfter = retryAfter;
    this.quotaViolation = quotaViolation;
  }

  /** A refusal with a reason, a sentence for people, and the metadata the reason documents. */
  public static ApiException of(ErrorReason reason, String message, Map<String, String> metadata) {
    return new ApiException(reason, message, metadata, List.of(), null, null);
  }

  /**
   * The request has fields that cannot be taken. The first {@value #MOST_VIOLATIONS} are named: all
   * of them must fit into what clients take as the end of a call.
   */
  public static ApiException invalid(List<FieldViolation> violations) {
    List<FieldViolation> named =
        violations.subList(0, Math.min(violations.size(), MOST_VIOLATIONS));
    String message = named.stream().map(FieldViolation::toString).collect(Collectors.joining("; "));
    if (named.size() < violations.size()) {
      message += "; and %d more".formatted(violations.size() - named.size());
    }
    return new ApiException(
        ErrorReason.ERROR_REASON_INVALID_REQUEST, message, Map.of(), named, null, null);
  }

  /** The request has one field that cannot be taken. */
  public static ApiException invalid(String field, String problem) {
    return invalid(List.of(new FieldViolation(field, problem)));
  }

  /** The bytes of a request are no message. */
  public static ApiException notWellFormed() {
    return invalid("request", "not well-formed (expected: a protobuf message, texts in UTF-8)");
  }

  /** There is no such thing, or none that this caller may see. */
  public static ApiException notFound(String type, String id) {
    return of(
        ErrorReason.ERROR_REASON_RESOURCE_NOT_FOUND,
        "There is no %s with the id %s.".formatted(type, id),
        Map.of("resource_type", type, "resource_id", id));
  }

  /** There is no such thing, or none that this caller may see. */
  public static ApiException notFound(String type, UUID id) {
    return notFound(type, id.toString());
  }

  /** The resource has changed since the caller read it. */
  public static ApiException etagMismatch(String type, UUID id, String current) {
    return of(
        ErrorReason.ERROR_REASON_ETAG_MISMATCH,
        "The %s has changed since the etag was read; read it again.".formatted(type),
        Map.of("resource_type", type, "resource_id", id.toString(), "current_etag", current));
  }

  /**
   * The caller has used up something it has a limited amount of.
   *
   * @param retryAfter how long to wait before trying again; null where waiting does not help
   */
  public static ApiException exhausted(
      ErrorReason reason,
      Map<String, String> metadata,
      QuotaViolation violation,
      @Nullable Duration retryAfter) {
    return new ApiException(
        reason, violation.description(), metadata, List.of(), retryAfter, violation);
  }

  /** Something the answer needs cannot be reached just now; trying again is right. */
  public static ApiException unavailable(String dependency) {
    return new ApiException(
        ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE,
        "The %s cannot be reached just now.".formatted(dependency),
        Map.of("dependency", dependency),
        List.of(),
        RETRY_SOON,
        null);
  }

  /** More work is waiting than the node may hold; trying again, best elsewhere, is right. */
  public static ApiException overloaded() {
    return overloaded("The node has too much work waiting.");
  }

  /** The same for a stream. */
  public static ApiException tooManyStreams() {
    return overloaded("The node has as many streams open as it takes, or too much work waiting.");
  }

  private static ApiException overloaded(String message) {
    return new ApiException(
        ErrorReason.ERROR_REASON_OVERLOADED, message, Map.of(), List.of(), RETRY_SOON, null);
  }

  public ErrorReason reason() {
    return reason;
  }

  public Map<String, String> metadata() {
    return metadata;
  }

  public List<FieldViolation> violations() {
    return violations;
  }

  /** How long to wait before trying again; null where trying again does not help. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }

  /** What is used up; null where nothing is. */
  public @Nullable QuotaViolation quotaViolation() {
    return quotaViolation;
  }

  /** The message, which every instance has. */
  public String explanation() {
    String message = getMessage();
    return message == null ? reason.name() : message;
  }
}
