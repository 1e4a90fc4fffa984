package dev.latchkey.edge.keyservice;

import dev.latchkey.edge.problem.Problem;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;

/** How a call of key-service ended. */
public sealed interface Reply {
  /** It answered; whether with a decision is for the reader to check. */
  record Answered(AuthenticateResponse response) implements Reply {}

  /** It did not; this is what the client is told. */
  record Failed(Problem problem) implements Reply {}
}
