package dev.latchkey.edge.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The body of a refusal: RFC 9457's members, and {@code code}, {@code request_id}, {@code errors}
 * and {@code metadata} as extensions.
 */
@Serdeable.Serializable(naming = SnakeCaseStrategy.class)
@JsonPropertyOrder({"type", "title", "status", "detail", "code", "requestId", "errors", "metadata"})
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record ProblemDocument(
    String type,
    String title,
    int status,
    String detail,
    String code,
    String requestId,
    List<FieldProblem> errors,
    Map<String, String> metadata) {

  /** One entry of {@code errors}. */
  @Serdeable.Serializable
  record FieldProblem(String field, String problem) {}

  static ProblemDocument of(Problem problem, String requestId) {
    ProblemCode code = problem.code();
    return new ProblemDocument(
        code.type(),
        code.title(),
        code.status(),
        problem.detail(),
        code.wireName(),
        requestId,
        problem.violations().stream()
            .map(violation -> new FieldProblem(violation.field(), violation.problem()))
            .toList(),
        new TreeMap<>(problem.metadata()));
  }
}
