package dev.latchkey.edge.management;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.latchkey.edge.http.QueryParameters;
import dev.latchkey.edge.http.QueryParameters.Parameter;
import dev.latchkey.kit.errors.FieldViolation;
import java.text.ParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads the query of a URL into the fields of a request: parameters named like the fields, no
 * others, each at most once. No message quotes a value.
 */
final class Query {
  private Query() {}

  /**
   * Sets the fields that the query names, and notes what is wrong with it.
   *
   * @param raw what stands behind the question mark; well-formed as part of a URI
   */
  static void read(
      String raw,
      List<FieldDescriptor> fields,
      Message.Builder request,
      List<FieldViolation> violations) {
    Set<String> seen = new HashSet<>();
    for (Parameter parameter : QueryParameters.of(raw)) {
      Optional<FieldDescriptor> field =
          fields.stream().filter(known -> known.getName().equals(parameter.name())).findFirst();
      if (field.isEmpty()) {
        violations.add(new FieldViolation(parameter.shownName(), unknown(fields)));
      } else if (!seen.add(parameter.name())) {
        violations.add(
            new FieldViolation(parameter.name(), "twice (expected: each parameter once)"));
      } else {
        set(field.get(), parameter.value(), request, violations);
      }
    }
  }

  private static void set(
      FieldDescriptor field,
      String value,
      Message.Builder request,
      List<FieldViolation> violations) {
    switch (field.getJavaType()) {
      case STRING -> request.setField(field, value);
      case BOOLEAN -> {
        if (value.equals("true") || value.equals("false")) {
          request.setField(field, value.equals("true"));
        } else {
          refuse(field, "no boolean", "true or false", violations);
        }
      }
      case INT -> {
        try {
          request.setField(field, Integer.parseInt(value));
        } catch (NumberFormatException e) {
          refuse(field, "no integer", "an integer of 32 bits", violations);
        }
      }
      case ENUM -> {
        EnumValueDescriptor known = field.getEnumType().findValueByName(value);
        if (known == null) {
          String names =
              field.getEnumType().getValues().stream()
                  .map(EnumValueDescriptor::getName)
                  .collect(Collectors.joining(", "));
          refuse(field, "no known value", names, violations);
        } else {
          request.setField(field, known);
        }
      }
      case LONG -> {
        try {
          request.setField(field, Long.parseLong(value));
        } catch (NumberFormatException e) {
          refuse(field, "no integer", "an integer of 64 bits", violations);
        }
      }
      case MESSAGE -> time(field, value, request, violations);
      case FLOAT, DOUBLE, BYTE_STRING -> throw notForAQuery(field);
    }
  }

  private static void time(
      FieldDescriptor field,
      String value,
      Message.Builder request,
      List<FieldViolation> violations) {
    if (!field.getMessageType().equals(Timestamp.getDescriptor())) {
      throw notForAQuery(field);
    }
    try {
      request.setField(field, Timestamps.parse(value));
    } catch (ParseException | IllegalArgumentException e) {
      // A plus sign in a query is a blank: offsets to the east must be written %2B.
      refuse(field, "no time", "RFC 3339, such as 2026-11-21T09:30:00Z", violations);
    }
  }

  private static IllegalStateException notForAQuery(FieldDescriptor field) {
    return new IllegalStateException(field.getFullName() + " cannot stand in a query");
  }

  private static void refuse(
      FieldDescriptor field, String problem, String expected, List<FieldViolation> violations) {
    violations.add(
        new FieldViolation(field.getName(), "%s (expected: %s)".formatted(problem, expected)));
  }

  private static String unknown(List<FieldDescriptor> fields) {
    return fields.isEmpty()
        ? "unknown (expected: no parameters)"
        : "unknown (expected: %s)"
            .formatted(
                fields.stream().map(FieldDescriptor::getName).collect(Collectors.joining(", ")));
  }
}
