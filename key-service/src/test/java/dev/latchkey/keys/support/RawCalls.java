package dev.latchkey.keys.support;

import dev.latchkey.kit.grpc.BytesMarshaller;
import dev.latchkey.kit.grpc.ServiceCredential;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;

/** Calls whose requests are whatever bytes a test wants to send. */
public final class RawCalls {
  private RawCalls() {}

  /** Sends bytes to a method with the operator's key, and gives the bytes of the answer. */
  public static byte[] send(RunningKeyService service, String fullMethodName, byte[] request) {
    MethodDescriptor<byte[], byte[]> method =
        MethodDescriptor.newBuilder(new BytesMarshaller(), new BytesMarshaller())
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(fullMethodName)
            .build();
    CallOptions options =
        CallOptions.DEFAULT.withCallCredentials(
            ServiceCredential.of(service.platformKey("operator")));
    return ClientCalls.blockingUnaryCall(service.channel(), method, options, request);
  }
}
