package dev.latchkey.edge.management;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.latchkey.kit.errors.FieldViolation;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the headers that say more about a write: {@code Idempotency-Key} (draft-ietf-httpapi-
 * idempotency-key-header, with or without its quotes) as {@code request_id}, and {@code If-Match}
 * (RFC 9110, section 13.1.1) as {@code etag}. They may repeat what the body says, never contradict
 * it.
 */
final class WriteHeaders {
  private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

  private static final Pattern UUID =
      Pattern.compile("(\"?)([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\\1");

  /** One strong entity tag: a weak one never matches here, and a list is more than we can ask. */
  private static final Pattern STRONG_TAG = Pattern.compile("\"([!#-~]{1,200})\"");

  private WriteHeaders() {}

  static void read(
      Operation operation,
      HttpHeaders headers,
      Message.Builder request,
      List<FieldViolation> violations) {
    if (operation.method() == HttpMethod.GET) {
      return;
    }
    List<String> keys = headers.getAll(IDEMPOTENCY_KEY);
    if (!keys.isEmpty()) {
      one(IDEMPOTENCY_KEY, keys, UUID, 2, "one UUID", violations)
          .forEach(
              id -> put(operation, IDEMPOTENCY_KEY, Operation.REQUEST_ID, id, request, violations));
    }
    List<String> tags = headers.getAll(HttpHeaders.IF_MATCH);
    if (!tags.isEmpty() && !tags.equals(List.of("*"))) {
      one(HttpHeaders.IF_MATCH, tags, STRONG_TAG, 1, "one quoted etag, or *", violations)
          .forEach(
              tag ->
                  put(operation, HttpHeaders.IF_MATCH, Operation.ETAG, tag, request, violations));
    }
  }

  /** The value of a field that must be there once; empty, and a violation, for any other. */
  private static List<String> one(
      String header,
      List<String> values,
      Pattern shape,
      int group,
      String expected,
      List<FieldViolation> violations) {
    Matcher matcher = shape.matcher(values.getFirst().strip());
    if (values.size() != 1 || !matcher.matches()) {
      violations.add(
          new FieldViolation(header, "not of its form (expected: %s)".formatted(expected)));
      return List.of();
    }
    return List.of(matcher.group(group));
  }

  private static void put(
      Operation operation,
      String header,
      String name,
      String value,
      Message.Builder request,
      List<FieldViolation> violations) {
    FieldDescriptor field = request.getDescriptorForType().findFieldByName(name);
    if (field == null) {
      violations.add(
          new FieldViolation(
              header, "not for %s (expected: none)".formatted(operation.template())));
      return;
    }
    String inBody = (String) request.getField(field);
    if (inBody.isEmpty()) {
      request.setField(field, value);
    } else if (!inBody.equalsIgnoreCase(value)) {
      violations.add(
          new FieldViolation(
              header, "contradicts the body (expected: the same as %s)".formatted(name)));
    }
  }
}
