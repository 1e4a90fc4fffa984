package dev.latchkey.edge.management;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * JSON Schemas of messages, as the edge reads and writes them. What is read is closed and says what
 * is required; what is written is open, for members that come later, and says what is always there.
 */
final class Schemas {
  private final Map<String, JsonObject> components = new TreeMap<>();
  private final Map<String, String> owners = new HashMap<>();
  private final Comments comments;

  Schemas(Comments comments) {
    this.comments = comments;
  }

  /** All schemas that were referred to. */
  JsonObject components() {
    JsonObject all = new JsonObject();
    components.forEach(all::add);
    return all;
  }

  /** The message's own name; with that of its package in front where another one has it. */
  private String name(Descriptor type, String suffix) {
    String name = type.getName() + suffix;
    String owner = owners.computeIfAbsent(name, _ -> type.getFullName());
    if (owner.equals(type.getFullName())) {
      return name;
    }
    String area = type.getFile().getPackage().split("\\.", -1)[1];
    return area.substring(0, 1).toUpperCase(Locale.ROOT) + area.substring(1) + name;
  }

  void put(String name, JsonObject schema) {
    components.put(name, schema);
  }

  static JsonObject ref(String name) {
    return object("$ref", "#/components/schemas/" + name);
  }

  /** A reference to the schema of an answer, or of a message in one. */
  JsonObject written(Descriptor type) {
    String name = name(type, "");
    if (!components.containsKey(name)) {
      components.put(name, new JsonObject());
      JsonObject properties = new JsonObject();
      JsonArray required = new JsonArray();
      for (FieldDescriptor field : type.getFields()) {
        properties.add(field.getName(), described(of(field, false), field));
        if (!field.hasPresence()) {
          required.add(field.getName());
        }
      }
      components.put(name, objectSchema(type, properties, required));
    }
    return ref(name);
  }

  /**
   * A reference to the schema of a body.
   *
   * @param nulls whether members may be null
   */
  JsonObject body(Descriptor type, List<FieldDescriptor> fields, boolean nulls) {
    String name = name(type, "");
    put(name, read(type, fields, nulls));
    return ref(name);
  }

  private JsonObject read(Descriptor type, List<FieldDescriptor> fields, boolean nulls) {
    JsonObject properties = new JsonObject();
    JsonArray required = new JsonArray();
    for (FieldDescriptor field : fields) {
      JsonObject schema = of(field, true);
      properties.add(field.getName(), described(nulls ? orNull(schema) : schema, field));
      if (isRequired(field) && !field.getName().equals(Operation.UPDATE_MASK)) {
        required.add(field.getName());
      }
    }
    JsonObject schema = objectSchema(type, properties, required);
    schema.addProperty("additionalProperties", false);
    return schema;
  }

  private static JsonObject orNull(JsonObject schema) {
    JsonArray either = new JsonArray();
    either.add(schema);
    either.add(object("type", "null"));
    JsonObject nullable = new JsonObject();
    nullable.add("anyOf", either);
    return nullable;
  }

  private JsonObject objectSchema(Descriptor type, JsonObject properties, JsonArray required) {
    JsonObject schema = object("type", "object");
    String comment = comments.of(type.getFullName());
    if (!comment.isEmpty()) {
      schema.addProperty("description", comment);
    }
    schema.add("properties", properties);
    if (!required.isEmpty()) {
      schema.add("required", required);
    }
    return schema;
  }

  /** Whether a comment says that a field is required. */
  boolean isRequired(FieldDescriptor field) {
    return comments.of(field.getFullName()).startsWith("Required.");
  }

  /** The schema with what the .proto says of the field. */
  JsonObject described(JsonObject schema, FieldDescriptor field) {
    String comment = comments.of(field.getFullName());
    if (field.getName().equals(Operation.UPDATE_MASK)) {
      comment =
          comment.replaceFirst(
              "^Required\\.", "The members to change; when absent, those that the body has.");
    }
    if (!comment.isEmpty()) {
      schema.addProperty("description", comment);
    }
    return schema;
  }

  /** The schema of a field's value. */
  JsonObject of(FieldDescriptor field, boolean input) {
    if (field.isMapField()) {
      JsonObject schema = object("type", "object");
      schema.add(
          "additionalProperties", single(field.getMessageType().findFieldByName("value"), input));
      return schema;
    }
    if (field.isRepeated()) {
      JsonObject schema = object("type", "array");
      schema.add("items", single(field, input));
      return schema;
    }
    return single(field, input);
  }

  private JsonObject single(FieldDescriptor field, boolean input) {
    return switch (field.getJavaType()) {
      case STRING -> object("type", "string");
      case BOOLEAN -> object("type", "boolean");
      case INT -> with(object("type", "integer"), "format", "int32");
      case LONG -> with(object("type", "string"), "format", "int64");
      case FLOAT, DOUBLE -> object("type", "number");
      case BYTE_STRING -> with(object("type", "string"), "contentEncoding", "base64");
      case ENUM -> enumeration(field.getEnumType());
      case MESSAGE -> message(field.getMessageType(), input);
    };
  }

  private JsonObject message(Descriptor type, boolean input) {
    return switch (type.getFullName()) {
      case "google.protobuf.Timestamp" -> with(object("type", "string"), "format", "date-time");
      case "google.protobuf.Duration" ->
          with(object("type", "string"), "pattern", "^-?[0-9]+(\\.[0-9]{1,9})?s$");
      case "google.protobuf.FieldMask" -> object("type", "string");
      case "google.protobuf.Struct" -> object("type", "object");
      default -> {
        if (!input) {
          yield written(type);
        }
        String name = name(type, "Input");
        if (!components.containsKey(name)) {
          put(name, read(type, type.getFields(), false));
        }
        yield ref(name);
      }
    };
  }

  private JsonObject enumeration(EnumDescriptor type) {
    if (!components.containsKey(type.getName())) {
      StringBuilder description = new StringBuilder(comments.of(type.getFullName()));
      JsonArray values = new JsonArray();
      for (EnumValueDescriptor value : type.getValues()) {
        values.add(value.getName());
        // A value's full name is that of its sibling in proto; the index is by its type.
        String comment = comments.of(type.getFullName() + "." + value.getName());
        if (!comment.isEmpty()) {
          description.append(" `%s`: %s".formatted(value.getName(), comment));
        }
      }
      JsonObject schema = object("type", "string");
      if (!description.isEmpty()) {
        schema.addProperty("description", description.toString().strip());
      }
      schema.add("enum", values);
      put(type.getName(), schema);
    }
    return ref(type.getName());
  }

  static JsonObject object(String name, String value) {
    return with(new JsonObject(), name, value);
  }

  static JsonObject with(JsonObject object, String name, String value) {
    object.addProperty(name, value);
    return object;
  }

  static JsonObject with(JsonObject object, String name, JsonElement value) {
    object.add(name, value);
    return object;
  }

  static JsonArray strings(Iterable<String> texts) {
    JsonArray array = new JsonArray();
    texts.forEach(text -> array.add(text == null ? JsonNull.INSTANCE : new JsonPrimitive(text)));
    return array;
  }
}
