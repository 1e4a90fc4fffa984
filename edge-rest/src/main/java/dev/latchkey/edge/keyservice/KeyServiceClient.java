package dev.latchkey.edge.keyservice;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import dev.latchkey.kit.grpc.ServiceCredential;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc.AuthenticationServiceFutureStub;
import io.grpc.CallCredentials;
import io.grpc.Channel;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Asks key-service. Never waits: the stages it gives are completed on the channel's threads, within
 * the deadline, and never exceptionally. Safe for use by many threads.
 */
public final class KeyServiceClient {
  private final AuthenticationServiceFutureStub stub;
  private final CallCredentials ownKey;
  private final Duration deadline;

  /**
   * @param ownKey the edge's own service key
   * @param deadline how long one call may take
   */
  public KeyServiceClient(Channel channel, CallCredentials ownKey, Duration deadline) {
    this.stub = AuthenticationServiceGrpc.newFutureStub(channel);
    this.ownKey = ownKey;
    this.deadline = deadline;
  }

  /** Asks on the edge's own behalf. */
  public CompletionStage<Reply> authenticate(AuthenticateRequest request, CallOrigin origin) {
    return call(request, origin, ownKey, thrown -> Failures.ofOwnCall(thrown, origin));
  }

  /** Asks on behalf of a caller, with their key in the place of the edge's own. */
  public CompletionStage<Reply> authenticateFor(
      Secret caller, AuthenticateRequest request, CallOrigin origin) {
    return call(
        request,
        origin,
        ServiceCredential.of(caller),
        thrown -> Failures.ofCallersCall(thrown, origin));
  }

  private CompletionStage<Reply> call(
      AuthenticateRequest request,
      CallOrigin origin,
      CallCredentials credentials,
      Function<Throwable, Reply.Failed> onFailure) {
    CompletableFuture<Reply> reply = new CompletableFuture<>();
    Futures.addCallback(
        stub.withCallCredentials(credentials)
            .withDeadlineAfter(deadline)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(origin.headers()))
            .authenticate(request),
        new FutureCallback<>() {
          @Override
          public void onSuccess(AuthenticateResponse response) {
            reply.complete(new Reply.Answered(response));
          }

          @Override
          public void onFailure(Throwable thrown) {
            reply.complete(onFailure.apply(thrown));
          }
        },
        MoreExecutors.directExecutor());
    return reply;
  }
}
