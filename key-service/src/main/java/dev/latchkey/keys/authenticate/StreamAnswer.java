package dev.latchkey.keys.authenticate;

import com.google.protobuf.CodedOutputStream;
import dev.latchkey.proto.keys.v1.AuthenticateError;
import dev.latchkey.proto.keys.v1.AuthenticateStreamResponse;
import java.io.IOException;

/** The bytes of an {@link AuthenticateStreamResponse}. */
sealed interface StreamAnswer extends Encoded {
  /** A decision on the request with this id. */
  record Decided(long id, Answer answer) implements StreamAnswer {
    @Override
    public int size() {
      return sizeOf(id)
          + Answer.sizeOfField(AuthenticateStreamResponse.RESPONSE_FIELD_NUMBER, answer.size());
    }

    @Override
    public void writeTo(CodedOutputStream out) throws IOException {
      write(out, id);
      Answer.beginField(out, AuthenticateStreamResponse.RESPONSE_FIELD_NUMBER, answer.size());
      answer.writeTo(out);
    }
  }

  /** No decision on the request with this id. */
  record Failed(long id, AuthenticateError error) implements StreamAnswer {
    @Override
    public int size() {
      return sizeOf(id)
          + CodedOutputStream.computeMessageSize(
              AuthenticateStreamResponse.ERROR_FIELD_NUMBER, error);
    }

    @Override
    public void writeTo(CodedOutputStream out) throws IOException {
      write(out, id);
      out.writeMessage(AuthenticateStreamResponse.ERROR_FIELD_NUMBER, error);
    }
  }

  private static int sizeOf(long id) {
    return id == 0
        ? 0
        : CodedOutputStream.computeUInt64Size(AuthenticateStreamResponse.ID_FIELD_NUMBER, id);
  }

  private static void write(CodedOutputStream out, long id) throws IOException {
    if (id != 0) {
      out.writeUInt64(AuthenticateStreamResponse.ID_FIELD_NUMBER, id);
    }
  }
}
