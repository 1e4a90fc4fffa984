package dev.latchkey.edge.problem;

import dev.latchkey.kit.errors.FieldViolation;
import java.util.List;
import java.util.Map;

/**
 * One refusal, before it is tied to a request.
 *
 * @param code what kind it is
 * @param detail one sentence for people
 * @param headers the header fields that the answer carries on top of the usual ones
 * @param violations what is wrong with which field, for {@link ProblemCode#INVALID_REQUEST}
 */
public record Problem(
    ProblemCode code, String detail, Map<String, String> headers, List<FieldViolation> violations) {
  public Problem {
    headers = Map.copyOf(headers);
    violations = List.copyOf(violations);
  }

  /** A refusal that needs nothing but its sentence. */
  public static Problem of(ProblemCode code, String detail) {
    return new Problem(code, detail, Map.of(), List.of());
  }

  /** A request with fields that cannot be taken. */
  public static Problem invalid(String detail, List<FieldViolation> violations) {
    return new Problem(ProblemCode.INVALID_REQUEST, detail, Map.of(), violations);
  }

  /** The same refusal with one header field more. */
  public Problem with(String header, String value) {
    return new Problem(code, detail, Map.of(header, value), violations);
  }
}
