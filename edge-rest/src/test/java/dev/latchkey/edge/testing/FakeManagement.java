package dev.latchkey.edge.testing;

import com.google.protobuf.Message;
import dev.latchkey.kit.grpc.ServerTransport;
import dev.latchkey.proto.keys.v1.CreditServiceGrpc;
import dev.latchkey.proto.keys.v1.ImportServiceGrpc;
import dev.latchkey.proto.keys.v1.KeyServiceGrpc;
import dev.latchkey.proto.keys.v1.LeakServiceGrpc;
import dev.latchkey.proto.keys.v1.UsageServiceGrpc;
import dev.latchkey.proto.tenancy.v1.EnvironmentServiceGrpc;
import dev.latchkey.proto.tenancy.v1.MembershipServiceGrpc;
import dev.latchkey.proto.tenancy.v1.OrganizationServiceGrpc;
import dev.latchkey.proto.tenancy.v1.PlanServiceGrpc;
import dev.latchkey.proto.tenancy.v1.ProjectServiceGrpc;
import dev.latchkey.proto.tenancy.v1.UserServiceGrpc;
import dev.latchkey.proto.tenancy.v1.WorkspaceServiceGrpc;
import io.grpc.ForwardingServerCall;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptors;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Every call of management of both services, on real gRPC servers. Answers a {@link Samples sample}
 * unless told otherwise, and keeps what it was asked.
 */
public final class FakeManagement implements AutoCloseable {
  /** The services of management, which the routes must cover. */
  public static final List<ServiceDescriptor> SERVICES =
      List.of(
          KeyServiceGrpc.getServiceDescriptor(),
          OrganizationServiceGrpc.getServiceDescriptor(),
          ProjectServiceGrpc.getServiceDescriptor(),
          EnvironmentServiceGrpc.getServiceDescriptor(),
          WorkspaceServiceGrpc.getServiceDescriptor(),
          PlanServiceGrpc.getServiceDescriptor(),
          UserServiceGrpc.getServiceDescriptor(),
          MembershipServiceGrpc.getServiceDescriptor(),
          CreditServiceGrpc.getServiceDescriptor(),
          UsageServiceGrpc.getServiceDescriptor(),
          ImportServiceGrpc.getServiceDescriptor(),
          dev.latchkey.proto.keys.v1.AuditServiceGrpc.getServiceDescriptor(),
          dev.latchkey.proto.tenancy.v1.AuditServiceGrpc.getServiceDescriptor());

  /** What the edge calls with its own key. */
  private static final List<ServiceDescriptor> OTHERS =
      List.of(LeakServiceGrpc.getServiceDescriptor());

  /** What it does with one request. */
  @FunctionalInterface
  public interface Behaviour {
    void answer(Message request, StreamObserver<Message> observer);

    /** Answers at once. */
    static Behaviour answering(Message answer) {
      return (request, observer) -> {
        observer.onNext(answer);
        observer.onCompleted();
      };
    }

    /** Fails with a status. */
    static Behaviour failing(StatusRuntimeException failure) {
      return (request, observer) -> observer.onError(failure);
    }

    /** Never answers. */
    static Behaviour silent() {
      return (request, observer) -> {};
    }
  }

  /** One call that came in: {@code latchkey.keys.v1.KeyService/GetKey}, and with what. */
  public record Call(String method, Message request, Metadata headers) {
    /** The value of a metadata entry; empty if there is none. */
    public String header(String name) {
      String value = headers.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
      return value == null ? "" : value;
    }
  }

  private static final io.grpc.Context.Key<Metadata> HEADERS = io.grpc.Context.key("management");

  private final Map<String, Behaviour> behaviours = new ConcurrentHashMap<>();
  private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
  private volatile Metadata answerHeaders = new Metadata();
  private final Server tenantService;

  /** Starts the stand-in of tenant-service; the one of key-service takes {@link #registry}. */
  public FakeManagement() {
    try {
      tenantService =
          ServerTransport.builder("127.0.0.1", 0)
              .fallbackHandlerRegistry(registry("latchkey.tenancy."))
              .build()
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int tenantServicePort() {
    return tenantService.getPort();
  }

  /** Says what happens from now on when a method is called. */
  public void when(MethodDescriptor<?, ?> method, Behaviour behaviour) {
    behaviours.put(method.getFullMethodName(), behaviour);
  }

  /** Says what goes along with every answer from now on. */
  public void sending(Metadata headers) {
    answerHeaders = headers;
  }

  /** Forgets what was said and what was asked. */
  public void reset() {
    answerHeaders = new Metadata();
    behaviours.clear();
    calls.clear();
  }

  public List<Call> calls() {
    return List.copyOf(calls);
  }

  /** The calls of the packages that begin so. */
  HandlerRegistry registry(String packages) {
    List<ServerServiceDefinition> services =
        Stream.concat(SERVICES.stream(), OTHERS.stream())
            .filter(service -> service.getName().startsWith(packages))
            .map(this::definition)
            .toList();
    return new HandlerRegistry() {
      @Override
      public @Nullable ServerMethodDefinition<?, ?> lookupMethod(
          String name, @Nullable String authority) {
        return services.stream()
            .map(
                service ->
                    Optional.<ServerMethodDefinition<?, ?>>ofNullable(service.getMethod(name)))
            .flatMap(Optional::stream)
            .findFirst()
            .orElse(null);
      }
    };
  }

  private ServerServiceDefinition definition(ServiceDescriptor service) {
    ServerServiceDefinition.Builder definition = ServerServiceDefinition.builder(service);
    for (MethodDescriptor<?, ?> method : service.getMethods()) {
      add(definition, method);
    }
    return ServerInterceptors.intercept(definition.build(), this::keepHeaders);
  }

  @SuppressWarnings("unchecked") // All our messages are messages.
  private void add(ServerServiceDefinition.Builder definition, MethodDescriptor<?, ?> method) {
    definition.addMethod(
        (MethodDescriptor<Message, Message>) method,
        method.getType() == MethodDescriptor.MethodType.UNARY
            ? ServerCalls.asyncUnaryCall((request, observer) -> answer(method, request, observer))
            : ServerCalls.asyncBidiStreamingCall(observer -> firstOf(method, observer)));
  }

  /** Takes one message of a stream for the whole call. */
  private StreamObserver<Message> firstOf(
      MethodDescriptor<?, ?> method, StreamObserver<Message> observer) {
    return new StreamObserver<>() {
      @Override
      public void onNext(Message request) {
        answer(method, request, observer);
      }

      @Override
      public void onError(Throwable thrown) {
        // The client is gone.
      }

      @Override
      public void onCompleted() {
        // It was answered when it came.
      }
    };
  }

  private void answer(
      MethodDescriptor<?, ?> method, Message request, StreamObserver<Message> observer) {
    calls.add(new Call(method.getFullMethodName(), request, Objects.requireNonNull(HEADERS.get())));
    behaviours
        .getOrDefault(method.getFullMethodName(), Behaviour.answering(Samples.answer(method)))
        .answer(request, observer);
  }

  private <Q, A> ServerCall.Listener<Q> keepHeaders(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    return io.grpc.Contexts.interceptCall(
        io.grpc.Context.current().withValue(HEADERS, headers),
        new ForwardingServerCall.SimpleForwardingServerCall<Q, A>(call) {
          @Override
          public void sendHeaders(Metadata sent) {
            sent.merge(answerHeaders);
            super.sendHeaders(sent);
          }
        },
        headers,
        next);
  }

  /** The empty answer of a method. */
  public static Message emptyAnswer(MethodDescriptor<?, ?> method) {
    return Objects.requireNonNull(
        (Message) ((PrototypeMarshaller<?>) method.getResponseMarshaller()).getMessagePrototype());
  }

  @Override
  public void close() {
    try {
      tenantService.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
