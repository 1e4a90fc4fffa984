package dev.latchkey.edge.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import dev.latchkey.kit.validation.Fields;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Walks through one JSON document beside the message it is to become. For one thread. */
final class ValueChecks {
  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/_-]*+={0,2}");
  private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,19}");

  private final JsonParser parser;
  private final Violations violations;

  ValueChecks(JsonParser parser, Violations violations) {
    this.parser = parser;
    this.violations = violations;
  }

  /** Reads the members of an object whose brace was read; gives the names of those there were. */
  Set<String> members(String path, Collection<FieldDescriptor> fields, boolean nulls)
      throws IOException {
    Set<String> present = new LinkedHashSet<>();
    Set<OneofDescriptor> chosen = new HashSet<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      Optional<FieldDescriptor> field =
          fields.stream().filter(known -> known.getName().equals(name)).findFirst();
      if (field.isEmpty()) {
        violations.add(path + shown(name), "unknown (expected: %s)".formatted(names(fields)));
        parser.skipChildren();
      } else {
        present.add(name);
        OneofDescriptor choice = field.get().getRealContainingOneof();
        if (choice != null && !chosen.add(choice)) {
          violations.add(
              path + name,
              "one too many (expected: one of %s)".formatted(names(choice.getFields())));
        }
        member(path + name, field.get(), nulls);
      }
    }
    return present;
  }

  private void member(String path, FieldDescriptor field, boolean nulls) throws IOException {
    if (nulls && parser.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    if (field.isMapField()) {
      entries(path, field.getMessageType().findFieldByName("value"));
    } else if (!field.isRepeated()) {
      value(path, field);
    } else if (parser.currentToken() != JsonToken.START_ARRAY) {
      refuse(path, "no array", "an array");
    } else {
      for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
        value("%s[%d]".formatted(path, i), field);
      }
    }
  }

  private void entries(String path, FieldDescriptor valueField) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      refuse(path, "no object", "an object");
      return;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      if (!isUnicode(name)) {
        violations.add(path, "half a surrogate pair (expected: Unicode)");
      }
      value("%s.%s".formatted(path, shown(name)), valueField);
    }
  }

  private void value(String path, FieldDescriptor field) throws IOException {
    JsonToken token = parser.currentToken();
    switch (field.getJavaType()) {
      case MESSAGE -> message(path, field);
      case ENUM -> enumeration(path, field);
      case BOOLEAN -> {
        if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
          refuse(path, "no boolean", "true or false");
        }
      }
      case INT -> {
        if (token != JsonToken.VALUE_NUMBER_INT || !fits(parser.getText(), Integer.MAX_VALUE)) {
          refuse(path, "no integer", "an integer of 32 bits");
        }
      }
      case LONG -> {
        boolean number = token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_STRING;
        if (!number || !fits(parser.getText(), Long.MAX_VALUE)) {
          refuse(path, "no integer", "an integer of 64 bits");
        }
      }
      case FLOAT, DOUBLE -> {
        if (token == null || !token.isNumeric()) {
          refuse(path, "no number", "a number");
        }
      }
      case STRING -> text(path);
      case BYTE_STRING -> {
        if (text(path) && !BASE64.matcher(parser.getText()).matches()) {
          refuse(path, "no bytes", "base64");
        }
      }
    }
  }

  private void message(String path, FieldDescriptor field) throws IOException {
    switch (field.getMessageType().getFullName()) {
      case "google.protobuf.Timestamp" -> {
        if (text(path) && !parses(Timestamps::parse)) {
          refuse(path, "no time", "RFC 3339, such as 2026-11-21T09:30:00Z");
        }
      }
      case "google.protobuf.Duration" -> {
        if (text(path) && !parses(Durations::parse)) {
          refuse(path, "no duration", "seconds, such as 3600s");
        }
      }
      case "google.protobuf.FieldMask" -> text(path);
      default -> {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
          refuse(path, "no object", "an object");
        } else {
          var _ = members(path + ".", field.getMessageType().getFields(), false);
        }
      }
    }
  }

  private void enumeration(String path, FieldDescriptor field) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING
        || field.getEnumType().findValueByName(parser.getText()) == null) {
      refuse(
          path,
          "no known value",
          field.getEnumType().getValues().stream()
              .map(EnumValueDescriptor::getName)
              .collect(Collectors.joining(", ")));
    }
  }

  private boolean text(String path) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      refuse(path, "no string", "a string");
      return false;
    }
    if (!isUnicode(parser.getText())) {
      violations.add(path, "half a surrogate pair (expected: Unicode)");
      return false;
    }
    return true;
  }

  private boolean parses(Parse parse) throws IOException {
    try {
      return parse.of(parser.getText()) != null;
    } catch (ParseException | IllegalArgumentException e) {
      return false;
    }
  }

  private void refuse(String path, String problem, String expected) throws IOException {
    violations.add(path, "%s (expected: %s)".formatted(problem, expected));
    parser.skipChildren();
  }

  private static boolean fits(String text, long largest) {
    if (!INTEGER.matcher(text).matches()) {
      return false;
    }
    try {
      long value = Long.parseLong(text);
      return value <= largest && value >= -largest - 1;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** Half a pair would reach the service as another text: as "?". */
  private static boolean isUnicode(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  /** The member's name without anything that could be more than a name. */
  private static String shown(String name) {
    return Fields.echo(name).replaceAll("^\"|\"$", "");
  }

  private static String names(Collection<FieldDescriptor> fields) {
    return fields.stream().map(FieldDescriptor::getName).collect(Collectors.joining(", "));
  }

  private interface Parse {
    Object of(String text) throws ParseException;
  }
}
