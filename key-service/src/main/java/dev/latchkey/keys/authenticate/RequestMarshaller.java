package dev.latchkey.keys.authenticate;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;

/**
 * Parses requests, and gives one fixed message for bytes that are none: the framework would answer
 * {@code UNKNOWN} before any code of ours saw the call. The endpoint knows that message by identity
 * and says what is wrong. Costs a well-formed request nothing.
 */
final class RequestMarshaller<Q> implements Marshaller<Q> {
  private final Marshaller<Q> parser;
  private final Q malformed;

  private RequestMarshaller(Marshaller<Q> parser, Q malformed) {
    this.parser = parser;
    this.malformed = malformed;
  }

  /** Reads the requests of a method. */
  static <Q> Marshaller<Q> of(MethodDescriptor<Q, ?> method, Q malformed) {
    return new RequestMarshaller<>(method.getRequestMarshaller(), malformed);
  }

  @Override
  public InputStream stream(Q value) {
    return parser.stream(value);
  }

  @Override
  public Q parse(InputStream stream) {
    try {
      return parser.parse(stream);
    } catch (StatusRuntimeException failure) {
      if (failure.getCause() instanceof InvalidProtocolBufferException) {
        return malformed;
      }
      throw failure;
    }
  }
}
