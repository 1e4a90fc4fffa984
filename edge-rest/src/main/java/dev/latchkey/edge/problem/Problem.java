package dev.latchkey.edge.problem;

import dev.latchkey.kit.errors.FieldViolation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One refusal, before it is tied to a request.
 *
 * @param code what kind it is
 * @param detail one sentence for people
 * @param headers the header fields that the answer carries on top of the usual ones
 * @param violations what is wrong with which field, for {@link ProblemCode#INVALID_REQUEST}
 * @param metadata what a program may want to know of the refusal, such as the id of the resource
 */
public record Problem(
    ProblemCode code,
    String detail,
    Map<String, String> headers,
    List<FieldViolation> violations,
    Map<String, String> metadata) {
  public Problem {
    headers = Map.copyOf(headers);
    violations = List.copyOf(violations);
    metadata = Map.copyOf(metadata);
  }

  /** A refusal that needs nothing but its sentence. */
  public static Problem of(ProblemCode code, String detail) {
    return new Problem(code, detail, Map.of(), List.of(), Map.of());
  }

  /** A request with fields that cannot be taken. */
  public static Problem invalid(String detail, List<FieldViolation> violations) {
    return new Problem(ProblemCode.INVALID_REQUEST, detail, Map.of(), violations, Map.of());
  }

  /** The same refusal with one header field more. */
  public Problem with(String header, String value) {
    Map<String, String> more = new HashMap<>(headers);
    more.put(header, value);
    return new Problem(code, detail, more, violations, metadata);
  }

  /** The same refusal with more header fields. */
  public Problem withAll(Map<String, String> fields) {
    Map<String, String> more = new HashMap<>(headers);
    more.putAll(fields);
    return new Problem(code, detail, more, violations, metadata);
  }

  /** The same refusal with what a program may want to know of it. */
  public Problem with(Map<String, String> known) {
    return new Problem(code, detail, headers, violations, known);
  }
}
