package dev.latchkey.tenancy.wire;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A message being built by the names of its fields; a name it does not have is a fault. */
final class NamedFields {
  private final Message.Builder builder;

  NamedFields(Message.Builder builder) {
    this.builder = builder;
  }

  void set(String name, Object value) {
    FieldDescriptor field = builder.getDescriptorForType().findFieldByName(name);
    if (field == null) {
      throw new IllegalStateException(
          "%s has no field %s".formatted(builder.getDescriptorForType().getFullName(), name));
    }
    builder.setField(field, value);
  }

  <T> void setIfPresent(String name, @Nullable T value, Function<T, Object> translation) {
    if (value != null) {
      set(name, translation.apply(value));
    }
  }

  Message build() {
    return builder.build();
  }
}
