package dev.latchkey.edge.json;

import com.google.protobuf.Message;
import dev.latchkey.kit.errors.FieldViolation;
import java.util.List;
import java.util.Set;

/** What a body turned out to be. */
public sealed interface Reading<M extends Message> {
  /**
   * A message; what its fields hold is for the service to judge.
   *
   * @param members the names of the members that were there, null ones included, in their order
   */
  record Read<M extends Message>(M message, Set<String> members) implements Reading<M> {}

  /** No JSON, or not of this message. */
  record Refused<M extends Message>(List<FieldViolation> violations) implements Reading<M> {
    public Refused {
      violations = List.copyOf(violations);
    }
  }
}
