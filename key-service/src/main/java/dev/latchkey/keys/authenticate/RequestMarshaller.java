package dev.latchkey.keys.authenticate;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerMethodDefinition;
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

  /** The same method, whose requests are never refused for their bytes. */
  static <Q, A> ServerMethodDefinition<Q, A> around(
      ServerMethodDefinition<Q, A> method, Q malformed) {
    MethodDescriptor<Q, A> descriptor = method.getMethodDescriptor();
    return ServerMethodDefinition.create(
        descriptor.toBuilder()
            .setRequestMarshaller(
                new RequestMarshaller<>(descriptor.getRequestMarshaller(), malformed))
            .build(),
        method.getServerCallHandler());
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
