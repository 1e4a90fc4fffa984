package dev.latchkey.edge.authenticate;

import dev.latchkey.edge.json.MessageWriter;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.AuthenticateResponse.DecisionCase;
import dev.latchkey.proto.keys.v1.Denied;

/** Writes the JSON of an {@link AuthenticateResponse}. */
final class ResponseJson {
  private ResponseJson() {}

  /** The JSON, in UTF-8. An answer without a decision is written as what it means: a denial. */
  static byte[] write(AuthenticateResponse response) {
    return MessageWriter.write(
        response.getDecisionCase() == DecisionCase.DECISION_NOT_SET
            ? AuthenticateResponse.newBuilder()
                .setDenied(Denied.newBuilder().setMessage("The answer held no decision."))
                .build()
            : response);
  }
}
