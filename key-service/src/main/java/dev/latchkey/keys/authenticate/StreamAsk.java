package dev.latchkey.keys.authenticate;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.latchkey.proto.keys.v1.AuthenticateStreamRequest;
import org.jspecify.annotations.Nullable;

/** A request of a stream, whose own request is left as bytes. Immutable, but for the bytes. */
final class StreamAsk {
  private static final int ID =
      AuthenticateStreamRequest.ID_FIELD_NUMBER << PlainFields.TYPE_BITS | PlainFields.NUMBER;
  private static final int REQUEST =
      AuthenticateStreamRequest.REQUEST_FIELD_NUMBER << PlainFields.TYPE_BITS | PlainFields.BYTES;
  private static final int REQUEST_ID =
      AuthenticateStreamRequest.REQUEST_ID_FIELD_NUMBER << PlainFields.TYPE_BITS
          | PlainFields.BYTES;

  private final long id;
  private final String requestId;
  private final byte[] bytes;
  private final int from;
  private final int to;

  private StreamAsk(long id, String requestId, byte[] bytes, int from, int to) {
    this.id = id;
    this.requestId = requestId;
    this.bytes = bytes;
    this.from = from;
    this.to = to;
  }

  /**
   * Reads it from the bytes of an {@link AuthenticateStreamRequest}.
   *
   * @throws InvalidProtocolBufferException if they are none
   */
  static StreamAsk of(byte[] message) throws InvalidProtocolBufferException {
    StreamAsk plain = plain(message);
    return plain == null ? of(AuthenticateStreamRequest.parseFrom(message)) : plain;
  }

  private static StreamAsk of(AuthenticateStreamRequest message) {
    byte[] request = message.getRequest().toByteArray();
    return new StreamAsk(message.getId(), message.getRequestId(), request, 0, request.length);
  }

  /** Null if it is for protobuf's parser, which puts together a request that comes in parts. */
  private static @Nullable StreamAsk plain(byte[] message) {
    PlainFields fields = new PlainFields();
    fields.begin(message, 0, message.length);
    long id = 0;
    String requestId = "";
    int from = 0;
    int to = 0;
    while (fields.hasMore()) {
      boolean plain;
      switch (fields.tag()) {
        case ID -> {
          plain = fields.readNumber();
          id = fields.number();
        }
        case REQUEST -> {
          plain = to == 0 && fields.readBytes();
          from = fields.from();
          to = fields.to();
        }
        case REQUEST_ID -> {
          plain = fields.readText();
          requestId = plain ? fields.text() : "";
        }
        default -> plain = false;
      }
      if (!plain) {
        return null;
      }
    }
    return new StreamAsk(id, requestId, message, from, to);
  }

  /** What the answer is to bear. */
  long id() {
    return id;
  }

  /** By which it is found in logs; empty for none. */
  String requestId() {
    return requestId;
  }

  /** In which its {@code AuthenticateRequest} lies. */
  byte[] bytes() {
    return bytes;
  }

  /** The place of the first byte of that. */
  int from() {
    return from;
  }

  /** The place behind the last. */
  int to() {
    return to;
  }
}
