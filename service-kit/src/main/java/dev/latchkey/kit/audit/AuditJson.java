package dev.latchkey.kit.audit;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Resources as the JSON they are kept as, and as the structs they are shown as. */
final class AuditJson {
  /** What was said about a change stands under this name beside the resource's own members. */
  static final String REMARKS = "remarks";

  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer().preservingProtoFieldNames().omittingInsignificantWhitespace();
  private static final Map<Descriptor, Boolean> FREE_OF_SECRETS = new ConcurrentHashMap<>();

  private AuditJson() {}

  static @Nullable String before(AuditChange change) {
    Message before = change.before();
    return before == null ? null : json(before);
  }

  static @Nullable String after(AuditChange change) {
    Message after = change.after();
    if (change.remarks().isEmpty()) {
      return after == null ? null : json(after);
    }
    JsonObject object =
        after == null ? new JsonObject() : JsonParser.parseString(json(after)).getAsJsonObject();
    JsonObject remarks = new JsonObject();
    change.remarks().forEach(remarks::addProperty);
    object.add(REMARKS, remarks);
    return object.toString();
  }

  private static String json(Message message) {
    requireNoSecrets(message.getDescriptorForType());
    try {
      return PRINTER.print(message);
    } catch (InvalidProtocolBufferException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Struct struct(String json) {
    Struct.Builder struct = Struct.newBuilder();
    try {
      JsonFormat.parser().merge(json, struct);
    } catch (InvalidProtocolBufferException e) {
      throw new UncheckedIOException(e);
    }
    return struct.build();
  }

  /** Throws for a type with a field, at any depth, that its .proto file marks as a secret. */
  private static void requireNoSecrets(Descriptor type) {
    if (!FREE_OF_SECRETS.computeIfAbsent(type, root -> isFree(root, new HashSet<>()))) {
      throw new IllegalArgumentException(type.getFullName() + " may hold a secret");
    }
  }

  private static boolean isFree(Descriptor type, Set<Descriptor> seen) {
    if (!seen.add(type)) {
      return true;
    }
    for (FieldDescriptor field : type.getFields()) {
      boolean message = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
      if (field.getOptions().getDebugRedact()
          || (message && !isFree(field.getMessageType(), seen))) {
        return false;
      }
    }
    return true;
  }
}
