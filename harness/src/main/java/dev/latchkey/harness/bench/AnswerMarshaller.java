package dev.latchkey.harness.bench;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.AuthenticateStreamResponse;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Looks at what is received instead of making messages of it; only an answer that is not as it
 * should be is made one, to tell what it is. Safe for use by many threads.
 */
abstract class AnswerMarshaller implements Marshaller<Answer> {
  private static final int LARGEST_ANSWER = 64 << 10;
  private static final ThreadLocal<byte[]> BYTES =
      ThreadLocal.withInitial(() -> new byte[LARGEST_ANSWER]);

  private AnswerMarshaller() {}

  /** For answers of Authenticate. */
  static AnswerMarshaller ofCalls(Expected expected) {
    return new AnswerMarshaller() {
      @Override
      Answer look(byte[] bytes, int size) throws IOException {
        return expected.isIn(CodedInputStream.newInstance(bytes, 0, size))
            ? Answer.GOOD
            : Answer.unexpected(0, AuthenticateResponse.parser().parseFrom(bytes, 0, size));
      }
    };
  }

  /** For answers of AuthenticateStream. */
  static AnswerMarshaller ofStreams(Expected expected) {
    return new OfStreams(expected);
  }

  abstract Answer look(byte[] bytes, int size) throws IOException;

  @Override
  public final Answer parse(InputStream stream) {
    byte[] bytes = BYTES.get();
    try {
      int size = stream.readNBytes(bytes, 0, bytes.length);
      return size == bytes.length
          ? new Answer(0, "an answer of %d bytes or more".formatted(size))
          : look(bytes, size);
    } catch (InvalidProtocolBufferException e) {
      return new Answer(0, "not an answer: " + e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public final InputStream stream(Answer value) {
    throw new UnsupportedOperationException("only for messages that are received");
  }

  private static final class OfStreams extends AnswerMarshaller {
    private static final int ID_TAG =
        AuthenticateStreamResponse.ID_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_VARINT;
    private static final int RESPONSE_TAG =
        AuthenticateStreamResponse.RESPONSE_FIELD_NUMBER << 3
            | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    private static final int ERROR_TAG =
        AuthenticateStreamResponse.ERROR_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;

    private final Expected expected;

    OfStreams(Expected expected) {
      this.expected = expected;
    }

    @Override
    Answer look(byte[] bytes, int size) throws IOException {
      CodedInputStream in = CodedInputStream.newInstance(bytes, 0, size);
      long id = 0;
      boolean asExpected = false;
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        switch (tag) {
          case ID_TAG -> id = in.readUInt64();
          case RESPONSE_TAG -> {
            int outer = in.pushLimit(in.readRawVarint32());
            asExpected = expected.isIn(in);
            in.popLimit(outer);
          }
          default -> {
            asExpected &= tag != ERROR_TAG;
            Expected.skip(in, tag);
          }
        }
      }
      return asExpected
          ? new Answer(id, null)
          : Answer.unexpected(id, AuthenticateStreamResponse.parser().parseFrom(bytes, 0, size));
    }
  }
}
