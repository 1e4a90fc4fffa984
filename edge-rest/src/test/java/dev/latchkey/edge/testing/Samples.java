package dev.latchkey.edge.testing;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Value;
import io.grpc.MethodDescriptor;
import java.util.Map;

/** Messages with something in every field. */
public final class Samples {
  public static final String ID = "0198c0de-0000-7000-8000-000000000001";
  public static final String ETAG = "e-7";

  /** A value for every variable of a path. */
  public static final Map<String, String> PATH =
      Map.of("id", ID, "key_id", ID, "node_id", ID, "user_id", ID);

  private Samples() {}

  /** An answer of a method, filled. */
  public static Message answer(MethodDescriptor<?, ?> method) {
    return filled(FakeManagement.emptyAnswer(method));
  }

  /** A message of the same kind with something in every field. */
  public static Message filled(Message message) {
    Message.Builder builder = message.newBuilderForType();
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (field.isMapField()) {
        Message.Builder entry = builder.newBuilderForField(field);
        builder.addRepeatedField(
            field,
            entry
                .setField(entry.getDescriptorForType().findFieldByName("key"), "a key")
                .setField(entry.getDescriptorForType().findFieldByName("value"), "a value")
                .build());
      } else if (field.isRepeated()) {
        builder.addRepeatedField(field, value(field, builder));
      } else {
        builder.setField(field, value(field, builder));
      }
    }
    return builder.build();
  }

  private static Object value(FieldDescriptor field, Message.Builder builder) {
    return switch (field.getJavaType()) {
      case INT -> 7;
      case LONG -> 7L;
      case FLOAT -> 7f;
      case DOUBLE -> 7d;
      case BOOLEAN -> true;
      case BYTE_STRING -> com.google.protobuf.ByteString.copyFromUtf8("bytes");
      case ENUM -> field.getEnumType().findValueByNumber(1);
      case STRING -> text(field.getName());
      case MESSAGE -> message(builder.newBuilderForField(field).build());
    };
  }

  private static Message message(Message empty) {
    return switch (empty) {
      case Timestamp _ -> Timestamp.newBuilder().setSeconds(1_795_000_000).build();
      case Duration _ -> Duration.newBuilder().setSeconds(3600).build();
      case Struct _ ->
          Struct.newBuilder()
              .putFields("name", Value.newBuilder().setStringValue("before").build())
              .build();
      case FieldMask _ -> FieldMask.newBuilder().addPaths("display_name").build();
      default -> filled(empty);
    };
  }

  private static String text(String name) {
    if (name.equals("etag")) {
      return ETAG;
    }
    return name.endsWith("id") ? ID : "a " + name + " – ü/?&=+%";
  }
}
