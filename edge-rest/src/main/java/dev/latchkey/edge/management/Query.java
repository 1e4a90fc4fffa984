package dev.latchkey.edge.management;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.latchkey.kit.errors.FieldViolation;
import dev.latchkey.kit.validation.Fields;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
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
    for (String part : raw.split("&", -1)) {
      if (part.isEmpty()) {
        continue;
      }
      int equals = part.indexOf('=');
      String name = decoded(equals < 0 ? part : part.substring(0, equals));
      String value = equals < 0 ? "" : decoded(part.substring(equals + 1));
      Optional<FieldDescriptor> field =
          fields.stream().filter(known -> known.getName().equals(name)).findFirst();
      if (field.isEmpty()) {
        violations.add(new FieldViolation(shown(name), unknown(fields)));
      } else if (!seen.add(name)) {
        violations.add(new FieldViolation(name, "twice (expected: each parameter once)"));
      } else {
        set(field.get(), value, request, violations);
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
      case LONG, FLOAT, DOUBLE, BYTE_STRING, MESSAGE ->
          throw new IllegalStateException(field.getFullName() + " cannot stand in a query");
    }
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

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static String shown(String name) {
    return name.isEmpty() ? "query" : Fields.echo(name).replaceAll("^\"|\"$", "");
  }
}
