package dev.latchkey.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.kit.access.Scopes;
import dev.latchkey.kit.grpc.BytesMarshaller;
import dev.latchkey.kit.grpc.ServiceCredential;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.tenancy.testing.Deployment;
import dev.latchkey.tenancy.testing.Refusal;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests whose bytes are no message: they are the caller's mistake, not a fault of ours. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MalformedMessageTest {
  @AutoClose private final Deployment deployment = new Deployment();

  private byte[] send(byte[] request) {
    MethodDescriptor<byte[], byte[]> method =
        MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("latchkey.tenancy.v1.PlanService/CreatePlan")
            .setRequestMarshaller(new BytesMarshaller())
            .setResponseMarshaller(new BytesMarshaller())
            .build();
    String key = deployment.keys().platformKey(Scopes.TENANCY_WRITE);
    return ClientCalls.blockingUnaryCall(
        deployment.node().channel(),
        method,
        CallOptions.DEFAULT.withCallCredentials(ServiceCredential.of(Secret.of(key))),
        request);
  }

  @ParameterizedTest(name = "{index}")
  @ValueSource(
      strings = {
        "0a03ff61ff", // slug: not UTF-8
        "0a03eda080", // slug: a lone surrogate
        "0a7f61", // slug: shorter than it says
        "ffffffff", // no field at all
        "0a" // a tag without a value
      })
  void bytesThatAreNoMessage_areRefusedAsBadInput(String hex) {
    byte[] request = java.util.HexFormat.of().parseHex(hex);

    Refusal refusal = Refusal.of(() -> send(request));

    assertThat(refusal.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(refusal.reason()).isEqualTo("INVALID_REQUEST");
  }
}
