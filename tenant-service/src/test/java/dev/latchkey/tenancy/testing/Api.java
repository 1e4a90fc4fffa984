package dev.latchkey.tenancy.testing;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import com.google.protobuf.ProtocolMessageEnum;
import com.google.protobuf.Timestamp;
import dev.latchkey.kit.grpc.ServiceCredential;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.tenancy.v1.AuditServiceGrpc;
import dev.latchkey.proto.tenancy.v1.EnvironmentServiceGrpc;
import dev.latchkey.proto.tenancy.v1.MembershipServiceGrpc;
import dev.latchkey.proto.tenancy.v1.OrganizationServiceGrpc;
import dev.latchkey.proto.tenancy.v1.PlanServiceGrpc;
import dev.latchkey.proto.tenancy.v1.ProjectServiceGrpc;
import dev.latchkey.proto.tenancy.v1.TenancyWatchServiceGrpc;
import dev.latchkey.proto.tenancy.v1.UserServiceGrpc;
import dev.latchkey.proto.tenancy.v1.WorkspaceServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ClientCalls;
import java.time.Instant;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The service as one client with one key sees it. Calls are made by name, so that one test can say
 * the same of all four levels: {@code api.call("CreateProject", "organization_id", id, "slug",
 * "a")}.
 */
public final class Api {
  /** Every service of ours that is served. */
  public static final List<ServiceDescriptor> SERVICES =
      List.of(
          OrganizationServiceGrpc.getServiceDescriptor(),
          ProjectServiceGrpc.getServiceDescriptor(),
          EnvironmentServiceGrpc.getServiceDescriptor(),
          WorkspaceServiceGrpc.getServiceDescriptor(),
          PlanServiceGrpc.getServiceDescriptor(),
          UserServiceGrpc.getServiceDescriptor(),
          MembershipServiceGrpc.getServiceDescriptor(),
          AuditServiceGrpc.getServiceDescriptor(),
          TenancyWatchServiceGrpc.getServiceDescriptor());

  private static final Map<String, MethodDescriptor<Message, Message>> METHODS =
      SERVICES.stream()
          .map(ServiceDescriptor::getMethods)
          .flatMap(Collection::stream)
          .map(Api::ofMessages)
          .collect(Collectors.toMap(MethodDescriptor::getBareMethodName, Function.identity()));

  private static final long DEADLINE_SECONDS = 20;

  private final Channel channel;
  private final CallOptions options;

  Api(Channel channel, @Nullable String key) {
    this.channel = channel;
    this.options =
        key == null
            ? CallOptions.DEFAULT
            : CallOptions.DEFAULT.withCallCredentials(ServiceCredential.of(Secret.of(key)));
  }

  @SuppressWarnings("unchecked") // Every method of ours takes and gives messages.
  private static MethodDescriptor<Message, Message> ofMessages(MethodDescriptor<?, ?> method) {
    return (MethodDescriptor<Message, Message>) method;
  }

  /** The names of all calls. */
  public static Collection<String> methods() {
    return METHODS.keySet();
  }

  /** An empty request of a call. */
  public static Message.Builder request(String method) {
    PrototypeMarshaller<Message> marshaller =
        (PrototypeMarshaller<Message>) method(method).getRequestMarshaller();
    return Objects.requireNonNull(marshaller.getMessagePrototype()).newBuilderForType();
  }

  private static MethodDescriptor<Message, Message> method(String name) {
    return Objects.requireNonNull(METHODS.get(name), name);
  }

  /** Makes a call with the given fields, and gives the resource it answers with. */
  public Message call(String method, Object... namesAndValues) {
    Message answer = send(method, filled(method, namesAndValues));
    return (Message) answer.getField(answer.getDescriptorForType().findFieldByNumber(1));
  }

  /** A request of a call with the given fields. */
  public static Message filled(String method, Object... namesAndValues) {
    Message.Builder request = request(method);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      set(request, (String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return request.build();
  }

  /** Sets a field by its name. */
  public static void set(Message.Builder message, String name, Object value) {
    message.setField(
        Objects.requireNonNull(message.getDescriptorForType().findFieldByName(name), name),
        switch (value) {
          case Instant time -> timestamp(time);
          case ProtocolMessageEnum constant -> constant.getValueDescriptor();
          default -> value;
        });
  }

  public static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }

  public static FieldMask mask(String... paths) {
    return FieldMask.newBuilder().addAllPaths(List.of(paths)).build();
  }

  /** Makes a call and gives its answer; of a stream the first message. */
  public Message send(String method, Message request) {
    Iterator<Message> answers =
        ClientCalls.blockingServerStreamingCall(
            channel,
            method(method),
            options.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS),
            request);
    return answers.next();
  }

  /** The watch service, for its streams. */
  public TenancyWatchServiceGrpc.TenancyWatchServiceStub watching() {
    return TenancyWatchServiceGrpc.newStub(channel).withCallCredentials(options.getCredentials());
  }

  /** A text field of a message; of an enum its name. */
  public static String text(Message message, String name) {
    Object value = get(message, name);
    return value instanceof EnumValueDescriptor constant ? constant.getName() : value.toString();
  }

  public static Object get(Message message, String name) {
    return message.getField(field(message, name));
  }

  public static boolean has(Message message, String name) {
    return message.hasField(field(message, name));
  }

  public static String id(Message message) {
    return text(message, "id");
  }

  private static FieldDescriptor field(Message message, String name) {
    return Objects.requireNonNull(message.getDescriptorForType().findFieldByName(name), name);
  }
}
