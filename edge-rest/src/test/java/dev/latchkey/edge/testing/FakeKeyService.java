package dev.latchkey.edge.testing;

import dev.latchkey.kit.grpc.RequestIds;
import dev.latchkey.kit.grpc.ServerTransport;
import dev.latchkey.proto.keys.v1.Allowed;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.AuthenticateStreamRequest;
import dev.latchkey.proto.keys.v1.AuthenticateStreamResponse;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.keys.v1.Denied;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A real gRPC server in the place of key-service. Answers from a table, by the text of the
 * credential it is asked about; what is not in the table is denied as unknown.
 */
public final class FakeKeyService implements AutoCloseable {
  /** What it does with one credential. */
  @FunctionalInterface
  public interface Behaviour {
    void answer(StreamObserver<AuthenticateResponse> observer);

    /** Answers at once. */
    static Behaviour answering(AuthenticateResponse response) {
      return observer -> {
        observer.onNext(response);
        observer.onCompleted();
      };
    }

    /** Allows, without saying more. */
    static Behaviour allowing() {
      return answering(
          AuthenticateResponse.newBuilder().setAllowed(Allowed.getDefaultInstance()).build());
    }

    /** Denies for a reason. */
    static Behaviour denying(DenialReason reason) {
      return answering(
          AuthenticateResponse.newBuilder()
              .setDenied(Denied.newBuilder().setReason(reason).setKeyId("key-of-the-denied"))
              .build());
    }

    /** Fails with a status. */
    static Behaviour failing(StatusRuntimeException failure) {
      return observer -> observer.onError(failure);
    }

    /** Never answers; the observer is kept for the test to answer. */
    static Behaviour holding(Queue<StreamObserver<AuthenticateResponse>> held) {
      return held::add;
    }
  }

  /**
   * One question that came in.
   *
   * @param headers of its call, or of the stream it came on, with its own request id
   * @param streamed whether it came on a stream
   */
  public record Call(AuthenticateRequest request, Metadata headers, boolean streamed) {
    /** The value of a metadata entry; empty if there is none. */
    public String header(String name) {
      String value = headers.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
      return value == null ? "" : value;
    }
  }

  private static final io.grpc.Context.Key<Metadata> HEADERS = io.grpc.Context.key("headers");

  private final Map<String, Behaviour> behaviours = new ConcurrentHashMap<>();
  private final Map<String, Behaviour> onStreams = new ConcurrentHashMap<>();
  private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
  private final Queue<FakeStream> streams = new ConcurrentLinkedQueue<>();
  private final HealthStatusManager health = new HealthStatusManager();
  private final Server server;

  /** Listens on a port; 0 for any. */
  public FakeKeyService(int port) {
    this(
        port,
        new HandlerRegistry() {
          @Override
          public @Nullable ServerMethodDefinition<?, ?> lookupMethod(
              String name, @Nullable String authority) {
            return null;
          }
        });
  }

  /** The same, with more calls than Authenticate. */
  FakeKeyService(int port, HandlerRegistry more) {
    try {
      server =
          ServerTransport.builder("127.0.0.1", port)
              .addService(new Authentication())
              .addService(health.getHealthService())
              .fallbackHandlerRegistry(more)
              .intercept(new HeaderKeeper())
              .build()
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return server.getPort();
  }

  /** Says what happens when it is asked about a credential. */
  public void when(String credential, Behaviour behaviour) {
    behaviours.put(credential, behaviour);
  }

  /** Says what happens when it is asked about a credential on a stream, if not the same. */
  public void whenStreamed(String credential, Behaviour behaviour) {
    onStreams.put(credential, behaviour);
  }

  /** Tells its watchers whether it is ready. */
  public void serving(boolean ready) {
    health.setStatus("", ready ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
  }

  /** The calls so far about a credential. */
  public java.util.List<Call> callsAbout(String credential) {
    return calls.stream()
        .filter(call -> call.request().getCredential().equals(credential))
        .toList();
  }

  /** How many calls came so far. */
  public int calls() {
    return calls.size();
  }

  /** Ends as a service does: what is under way is answered, nothing new is taken. */
  public void drain() {
    endStreams();
    server.shutdown();
  }

  /** Ends the streams as a service that drains does, and goes on. */
  public void endStreams() {
    streams.forEach(stream -> stream.end(Status.UNAVAILABLE));
  }

  @Override
  public void close() {
    try {
      server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Authentication
      extends AuthenticationServiceGrpc.AuthenticationServiceImplBase {
    @Override
    public void authenticate(
        AuthenticateRequest request, StreamObserver<AuthenticateResponse> observer) {
      answer(new Call(request, HEADERS.get(), false), observer);
    }

    @Override
    public StreamObserver<AuthenticateStreamRequest> authenticateStream(
        StreamObserver<AuthenticateStreamResponse> out) {
      Metadata opening = HEADERS.get();
      FakeStream stream = new FakeStream(out);
      streams.add(stream);
      return stream.questions(
          (question, observer) -> {
            Metadata headers = new Metadata();
            headers.merge(opening);
            headers.put(RequestIds.METADATA, question.getRequestId());
            answer(new Call(question.getRequest(), headers, true), observer);
          });
    }

    private void answer(Call call, StreamObserver<AuthenticateResponse> observer) {
      calls.add(call);
      String credential = call.request().getCredential();
      Behaviour usual =
          behaviours.getOrDefault(
              credential, Behaviour.denying(DenialReason.DENIAL_REASON_UNKNOWN));
      (call.streamed() ? onStreams.getOrDefault(credential, usual) : usual).answer(observer);
    }
  }

  private static final class HeaderKeeper implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      return io.grpc.Contexts.interceptCall(
          io.grpc.Context.current().withValue(HEADERS, headers), call, headers, next);
    }
  }
}
