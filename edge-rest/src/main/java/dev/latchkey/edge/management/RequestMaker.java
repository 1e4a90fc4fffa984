package dev.latchkey.edge.management;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import dev.latchkey.edge.json.MessageReader;
import dev.latchkey.edge.json.Reading;
import dev.latchkey.kit.errors.FieldViolation;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes the request message of one operation out of an HTTP request. Safe for use by many threads.
 */
final class RequestMaker {
  private static final Set<String> NEVER_IN_A_MASK =
      Set.of(Operation.UPDATE_MASK, Operation.ETAG, Operation.REQUEST_ID);

  private static final byte[] NOTHING_SAID = "{}".getBytes(StandardCharsets.UTF_8);

  private final Operation operation;
  private final MessageReader<Message> reader;

  RequestMaker(Operation operation) {
    this.operation = operation;
    // In a PATCH null is how a field is cleared (RFC 7396).
    this.reader =
        MessageReader.of(
            operation.request(), operation.bodyFields(), operation.method() == HttpMethod.PATCH);
  }

  Operation operation() {
    return operation;
  }

  /** What an HTTP request says beside its body. */
  record Parts(Map<String, String> path, String rawQuery, HttpHeaders headers) {}

  /** What became of it. */
  sealed interface Made {
    /** A request; what its fields hold is for the service to judge. */
    record Request(Message message) implements Made {}

    /** Something in it cannot be taken. */
    record Refused(List<FieldViolation> violations) implements Made {}
  }

  Made make(Parts parts, byte[] body) {
    List<FieldViolation> violations = new ArrayList<>();
    Message.Builder request = fromBody(body, violations);
    Query.read(parts.rawQuery(), operation.queryFields(), request, violations);
    WriteHeaders.read(operation, parts.headers(), request, violations);
    operation.pathFields().forEach(name -> set(request, name, parts.path().getOrDefault(name, "")));
    operation.fixed().forEach((name, value) -> set(request, name, value));
    return violations.isEmpty() ? new Made.Request(request.build()) : new Made.Refused(violations);
  }

  private Message.Builder fromBody(byte[] bytes, List<FieldViolation> violations) {
    if (operation.bodyFields().isEmpty()) {
      if (bytes.length > 0) {
        violations.add(new FieldViolation("body", "there is one (expected: none)"));
      }
      return operation.request().newBuilderForType();
    }
    return switch (reader.read(bytes.length == 0 ? NOTHING_SAID : bytes)) {
      case Reading.Read<Message>(Message message, Set<String> members) ->
          withMask(message.toBuilder(), members);
      case Reading.Refused<Message>(List<FieldViolation> found) -> {
        violations.addAll(found);
        yield operation.request().newBuilderForType();
      }
    };
  }

  /** Where the body does not say which fields to change, it is those that it holds. */
  private static Message.Builder withMask(Message.Builder request, Set<String> members) {
    FieldDescriptor mask = request.getDescriptorForType().findFieldByName(Operation.UPDATE_MASK);
    if (mask != null && !members.contains(Operation.UPDATE_MASK)) {
      request.setField(
          mask,
          FieldMask.newBuilder()
              .addAllPaths(
                  members.stream().filter(name -> !NEVER_IN_A_MASK.contains(name)).toList())
              .build());
    }
    return request;
  }

  private static void set(Message.Builder request, String name, Object value) {
    request.setField(request.getDescriptorForType().findFieldByName(name), value);
  }
}
