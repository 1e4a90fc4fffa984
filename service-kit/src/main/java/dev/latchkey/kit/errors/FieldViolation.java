package dev.latchkey.kit.errors;

/**
 * What is wrong with one field of a request.
 *
 * @param field the path of the field, {@code requests[3].credential}
 * @param problem the value's problem and what was expected: {@code -1 (expected: 0 to 1000)}
 */
public record FieldViolation(String field, String problem) {
  @Override
  public String toString() {
    return field + ": " + problem;
  }
}
