package dev.latchkey.edge.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import java.util.List;

/**
 * The body of a refusal: RFC 9457's members, and {@code code}, {@code request_id} and {@code
 * errors} as extensions.
 */
@Serdeable.Serializable(naming = SnakeCaseStrategy.class)
@JsonPropertyOrder({"type", "title", "status", "detail", "code", "requestId", "errors"})
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record ProblemDocument(
    String type,
    String title,
    int status,
    String detail,
    String code,
    String requestId,
    List<FieldProblem> errors) {

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
            .toList());
  }
}
