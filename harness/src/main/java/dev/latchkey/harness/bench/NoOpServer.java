package dev.latchkey.harness.bench;

import dev.latchkey.kit.grpc.ServerTransport;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a call costs when nothing is decided: the same transport, the same request, and always the
 * same answer, which is one that the real server gave. {@code NoOpServer PORT FILE}, the file with
 * the answer's bytes.
 */
final class NoOpServer extends AuthenticationServiceGrpc.AuthenticationServiceImplBase {
  private final AuthenticateResponse answer;

  private NoOpServer(AuthenticateResponse answer) {
    this.answer = answer;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    AuthenticateResponse answer =
        AuthenticateResponse.parseFrom(Files.readAllBytes(Path.of(arguments[1])));
    ServerTransport.builder("127.0.0.1", Integer.parseInt(arguments[0]))
        .addService(new NoOpServer(answer))
        .build()
        .start()
        .awaitTermination();
  }

  @Override
  public void authenticate(
      AuthenticateRequest request, StreamObserver<AuthenticateResponse> responses) {
    responses.onNext(answer);
    responses.onCompleted();
  }
}
