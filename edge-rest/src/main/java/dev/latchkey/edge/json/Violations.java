package dev.latchkey.edge.json;

import dev.latchkey.kit.errors.FieldViolation;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with one body, up to a bound: a body may be wrong in thousands of places. */
final class Violations {
  private static final int MOST = 50;

  private final List<FieldViolation> found = new ArrayList<>();

  void add(String field, String problem) {
    if (found.size() < MOST) {
      found.add(new FieldViolation(field, problem));
    }
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  List<FieldViolation> list() {
    return found;
  }
}
