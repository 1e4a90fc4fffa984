package dev.latchkey.edge.authenticate;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.AuthenticateResponse.DecisionCase;
import dev.latchkey.proto.keys.v1.Denied;

/**
 * Writes the JSON of an {@link AuthenticateResponse}: members named as in the .proto, empty texts
 * and lists included, so that readers need not know which may be left out.
 */
final class ResponseJson {
  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer()
          .preservingProtoFieldNames()
          .alwaysPrintFieldsWithNoPresence()
          .omittingInsignificantWhitespace();

  private ResponseJson() {}

  /** The JSON. An answer without a decision is written as what it means: a denial. */
  static String write(AuthenticateResponse response) {
    AuthenticateResponse decided =
        response.getDecisionCase() == DecisionCase.DECISION_NOT_SET
            ? AuthenticateResponse.newBuilder()
                .setDenied(Denied.newBuilder().setMessage("The answer held no decision."))
                .build()
            : response;
    try {
      return PRINTER.print(decided);
    } catch (InvalidProtocolBufferException e) {
      // Only messages with an Any of an unknown type cannot be written; ours have none.
      throw new IllegalStateException(e);
    }
  }
}
