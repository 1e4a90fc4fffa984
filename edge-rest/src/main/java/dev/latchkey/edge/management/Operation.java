package dev.latchkey.edge.management;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.latchkey.edge.http.HttpLimits;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.micronaut.http.HttpMethod;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One route and the call behind it. Each field of the request message comes from one place:
 *
 * <ul>
 *   <li>the names in the template, from the path;
 *   <li>{@code request_id} and {@code etag}, from {@code Idempotency-Key} and {@code If-Match}, or
 *       from the body where there is one;
 *   <li>all others, from the query for GET and from the body for POST, PUT and PATCH. DELETE takes
 *       neither.
 * </ul>
 *
 * @param id the name of the route in the OpenAPI document
 * @param template the path, with {@code {field}} for each field that comes from it
 * @param fixed fields whose value the route itself says
 */
record Operation(
    String id,
    HttpMethod method,
    String template,
    Upstream upstream,
    MethodDescriptor<Message, Message> call,
    Map<String, Object> fixed) {
  static final String REQUEST_ID = "request_id";
  static final String ETAG = "etag";
  static final String UPDATE_MASK = "update_mask";

  private static final Pattern VARIABLE = Pattern.compile("\\{([a-z_]+)}");

  Operation {
    fixed = Map.copyOf(fixed);
  }

  @SuppressWarnings("unchecked") // All our messages are messages.
  static Operation of(
      HttpMethod method, String template, Upstream upstream, MethodDescriptor<?, ?> call) {
    String name = Objects.requireNonNull(call.getBareMethodName());
    return new Operation(
        name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1),
        method,
        template,
        upstream,
        (MethodDescriptor<Message, Message>) call,
        Map.of());
  }

  /** The same route with one field of its request set by the route itself. */
  Operation fixing(String field, Object value) {
    return new Operation(id, method, template, upstream, call, Map.of(field, value));
  }

  /** The same route without one field of its request. */
  Operation without(String field) {
    return fixing(field, "");
  }

  /** The same route under a name of its own, where its call has more than one. */
  Operation named(String name) {
    return new Operation(name, method, template, upstream, call, fixed);
  }

  /** An empty request. */
  Message request() {
    return prototype(call.getRequestMarshaller());
  }

  /** The kind of the answer. */
  Descriptor answer() {
    return prototype(call.getResponseMarshaller()).getDescriptorForType();
  }

  /** The fields that come from the path. */
  Set<String> pathFields() {
    return VARIABLE
        .matcher(template)
        .results()
        .map(result -> result.group(1))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The fields that may stand in the query. */
  List<FieldDescriptor> queryFields() {
    return method == HttpMethod.GET ? openFields() : List.of();
  }

  /** The fields that may stand in the body; empty where there may be none. */
  List<FieldDescriptor> bodyFields() {
    return switch (method) {
      case POST, PUT, PATCH -> openFields();
      default -> List.of();
    };
  }

  private List<FieldDescriptor> openFields() {
    Set<String> fromPath = pathFields();
    return request().getDescriptorForType().getFields().stream()
        .filter(field -> !fromPath.contains(field.getName()))
        .filter(field -> !fixed.containsKey(field.getName()))
        .toList();
  }

  /** Whether the call makes a resource below the path it is sent to. */
  boolean creates() {
    return method == HttpMethod.POST && pathFields().isEmpty() && resource().isPresent();
  }

  /** Whether its body may be so large that its caller must be known before it is read. */
  boolean isLarge() {
    return template.equals(HttpLimits.IMPORT_PATH);
  }

  /** Whether the request takes a header's value as this field. */
  boolean takes(String field) {
    return request().getDescriptorForType().findFieldByName(field) != null;
  }

  /** The one resource with an etag in the answer; empty where there is none, or more than one. */
  Optional<FieldDescriptor> resource() {
    List<FieldDescriptor> resources =
        answer().getFields().stream()
            .filter(
                field ->
                    !field.isRepeated()
                        && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
                        && field.getMessageType().findFieldByName(ETAG) != null)
            .toList();
    return resources.size() == 1 ? Optional.of(resources.getFirst()) : Optional.empty();
  }

  /** The path with its variables filled in, for tests and tools. */
  String path(Map<String, String> variables) {
    return VARIABLE
        .matcher(template)
        .replaceAll(
            result ->
                Matcher.quoteReplacement(variables.getOrDefault(result.group(1), result.group())));
  }

  private static Message prototype(MethodDescriptor.Marshaller<Message> marshaller) {
    Message prototype = ((PrototypeMarshaller<Message>) marshaller).getMessagePrototype();
    if (prototype == null) {
      throw new IllegalStateException("not a marshaller of generated messages");
    }
    return prototype;
  }
}
