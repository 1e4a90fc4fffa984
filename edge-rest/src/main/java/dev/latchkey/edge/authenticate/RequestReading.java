package dev.latchkey.edge.authenticate;

import dev.latchkey.kit.errors.FieldViolation;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import java.util.List;

/** What a body turned out to be. */
sealed interface RequestReading {
  /** A request; what its fields hold is for key-service to judge. */
  record Read(AuthenticateRequest request) implements RequestReading {}

  /** No JSON, or not of this request. */
  record Refused(List<FieldViolation> violations) implements RequestReading {}
}
