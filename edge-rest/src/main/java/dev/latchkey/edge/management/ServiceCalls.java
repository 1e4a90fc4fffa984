package dev.latchkey.edge.management;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.protobuf.Message;
import dev.latchkey.edge.keyservice.CallOrigin;
import dev.latchkey.edge.keyservice.Failures;
import dev.latchkey.edge.keyservice.LimitMetadata;
import dev.latchkey.edge.problem.Problem;
import dev.latchkey.kit.grpc.ServiceCredential;
import dev.latchkey.kit.secret.Secret;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Makes the calls of management, each with its caller's key. Never waits: the stages it gives are
 * completed on the channels' threads, within the deadline, and never exceptionally. Safe for use by
 * many threads.
 */
public final class ServiceCalls {
  private final Channel keyService;
  private final Channel tenantService;
  private final Duration deadline;
  private final ManagementPlaces places;

  /**
   * @param deadline how long one call may take
   * @param places how many calls may be under way
   */
  public ServiceCalls(
      Channel keyService, Channel tenantService, Duration deadline, ManagementPlaces places) {
    this.keyService = keyService;
    this.tenantService = tenantService;
    this.deadline = deadline;
    this.places = places;
  }

  /** How a call ended. */
  sealed interface Outcome {
    /**
     * With its answer.
     *
     * @param limits how the caller stands with its limits, as header fields
     */
    record Answered(Message answer, Map<String, String> limits) implements Outcome {}

    /** Without; this is what the client is told. */
    record Failed(Problem problem) implements Outcome {}
  }

  CompletionStage<Outcome> call(
      Operation operation, Message request, Secret caller, CallOrigin origin) {
    if (!places.take()) {
      return CompletableFuture.completedFuture(new Outcome.Failed(ManagementPlaces.NONE_LEFT));
    }
    return made(operation, request, caller, origin).whenComplete((_, _) -> places.giveBack());
  }

  private CompletionStage<Outcome> made(
      Operation operation, Message request, Secret caller, CallOrigin origin) {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    AtomicReference<Metadata> headers = new AtomicReference<>();
    Channel channel =
        ClientInterceptors.intercept(
            channel(operation.upstream()),
            MetadataUtils.newAttachHeadersInterceptor(origin.headers()),
            MetadataUtils.newCaptureMetadataInterceptor(headers, new AtomicReference<>()));
    CallOptions options =
        CallOptions.DEFAULT
            .withCallCredentials(ServiceCredential.of(caller))
            .withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS);
    // Also for the calls that stream, of which a route makes one step: one message up, one down.
    Futures.addCallback(
        ClientCalls.futureUnaryCall(channel.newCall(operation.call(), options), request),
        new FutureCallback<>() {
          @Override
          public void onSuccess(Message answer) {
            outcome.complete(new Outcome.Answered(answer, LimitMetadata.headers(headers.get())));
          }

          @Override
          public void onFailure(Throwable thrown) {
            outcome.complete(
                new Outcome.Failed(
                    AnswerSize.isWhatFailed(thrown)
                        ? AnswerSize.problem(operation, origin)
                        : Failures.ofManagement(thrown, origin)));
          }
        },
        MoreExecutors.directExecutor());
    return outcome;
  }

  private Channel channel(Upstream upstream) {
    return switch (upstream) {
      case KEY_SERVICE -> keyService;
      case TENANT_SERVICE -> tenantService;
    };
  }
}
