package dev.latchkey.keys.support;

import com.google.common.io.ByteStreams;
import dev.latchkey.kit.grpc.ServiceCredential;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Calls whose requests are whatever bytes a test wants to send. */
public final class RawCalls {
  private RawCalls() {}

  /** Sends bytes to a method with the operator's key, and gives the bytes of the answer. */
  public static byte[] send(RunningKeyService service, String fullMethodName, byte[] request) {
    MethodDescriptor<byte[], byte[]> method =
        MethodDescriptor.newBuilder(new Bytes(), new Bytes())
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(fullMethodName)
            .build();
    CallOptions options =
        CallOptions.DEFAULT.withCallCredentials(
            ServiceCredential.of(service.platformKey("operator")));
    return ClientCalls.blockingUnaryCall(service.channel(), method, options, request);
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return ByteStreams.toByteArray(stream);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
