package dev.latchkey.edge.keyservice;

import dev.latchkey.proto.keys.v1.AuthenticateError;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;

/** Who asked a question on a stream; is told one of these, once, and must not wait. */
interface Asker {
  /** This is the answer; with a decision or, which means deny, without. */
  void answered(AuthenticateResponse response);

  /** The node could not decide. */
  void refused(AuthenticateError error);

  /** There was no answer in time; the node may have decided. */
  void unanswered();

  /** The stream has ended before there was an answer; the node may have decided. */
  void ended();
}
