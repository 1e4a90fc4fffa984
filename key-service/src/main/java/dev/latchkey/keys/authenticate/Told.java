package dev.latchkey.keys.authenticate;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import java.io.IOException;

/** What an answer says of the decision before it tells of limits and credits. Immutable. */
sealed interface Told permits Told.Fixed, Standing {
  /** The number of the answer's field that the decision is. */
  int field();

  /** How many bytes the fields of the decision have. */
  int size();

  /** Writes the fields of the decision. */
  void writeTo(CodedOutputStream out) throws IOException;

  /** What was made for one answer. */
  final class Fixed implements Told {
    private final int field;
    private final byte[] bytes;

    private Fixed(int field, byte[] bytes) {
      this.field = field;
      this.bytes = bytes;
    }

    static Fixed of(AuthenticateResponse message) {
      MessageLite decision =
          switch (message.getDecisionCase()) {
            case ALLOWED -> message.getAllowed();
            case DENIED -> message.getDenied();
            case DECISION_NOT_SET -> throw new IllegalArgumentException("no decision");
          };
      return new Fixed(message.getDecisionCase().getNumber(), decision.toByteArray());
    }

    @Override
    public int field() {
      return field;
    }

    @Override
    public int size() {
      return bytes.length;
    }

    @Override
    public void writeTo(CodedOutputStream out) throws IOException {
      out.writeRawBytes(bytes);
    }
  }
}
