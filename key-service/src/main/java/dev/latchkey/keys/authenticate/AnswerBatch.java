package dev.latchkey.keys.authenticate;

import com.google.protobuf.CodedOutputStream;
import dev.latchkey.proto.keys.v1.AuthenticateBatchResponse;
import java.io.IOException;
import java.util.List;

/** The bytes of an {@link AuthenticateBatchResponse}. */
record AnswerBatch(List<Answer> answers) implements Encoded {
  AnswerBatch {
    answers = List.copyOf(answers);
  }

  @Override
  public int size() {
    int size = 0;
    for (Answer answer : answers) {
      size += Answer.sizeOfField(AuthenticateBatchResponse.RESPONSES_FIELD_NUMBER, answer.size());
    }
    return size;
  }

  @Override
  public void writeTo(CodedOutputStream out) throws IOException {
    for (Answer answer : answers) {
      Answer.beginField(out, AuthenticateBatchResponse.RESPONSES_FIELD_NUMBER, answer.size());
      answer.writeTo(out);
    }
  }
}
