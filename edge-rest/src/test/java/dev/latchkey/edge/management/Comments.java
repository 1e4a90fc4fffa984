package dev.latchkey.edge.management;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The comments of the .proto files by the full name of what they stand above. */
final class Comments {
  private final Map<String, String> comments = new HashMap<>();

  private Comments() {}

  /** Those of the descriptor set that the build of {@code proto/} leaves beside its classes. */
  static Comments read() {
    try (InputStream in =
        Objects.requireNonNull(
            Comments.class.getResourceAsStream("/latchkey/descriptors.binpb"),
            "no descriptor set on the class path")) {
      Comments read = new Comments();
      FileDescriptorSet.parseFrom(in).getFileList().forEach(read::add);
      return read;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The comment above something, as one line; empty if there is none. */
  String of(String fullName) {
    return comments.getOrDefault(fullName, "");
  }

  private void add(FileDescriptorProto file) {
    Map<List<Integer>, String> byPath = new HashMap<>();
    for (Location location : file.getSourceCodeInfo().getLocationList()) {
      String text = location.getLeadingComments().strip().replaceAll("\\s+", " ");
      if (!text.isEmpty()) {
        byPath.put(List.copyOf(location.getPathList()), text);
      }
    }
    String scope = file.getPackage();
    for (int i = 0; i < file.getMessageTypeCount(); i++) {
      addMessage(
          scope,
          file.getMessageType(i),
          path(List.of(), FileDescriptorProto.MESSAGE_TYPE_FIELD_NUMBER, i),
          byPath);
    }
    for (int i = 0; i < file.getEnumTypeCount(); i++) {
      addEnum(
          scope,
          file.getEnumType(i),
          path(List.of(), FileDescriptorProto.ENUM_TYPE_FIELD_NUMBER, i),
          byPath);
    }
    for (int i = 0; i < file.getServiceCount(); i++) {
      addService(
          scope,
          file.getService(i),
          path(List.of(), FileDescriptorProto.SERVICE_FIELD_NUMBER, i),
          byPath);
    }
  }

  private void addMessage(
      String scope,
      DescriptorProto message,
      List<Integer> path,
      Map<List<Integer>, String> byPath) {
    String name = put(scope, message.getName(), path, byPath);
    for (int i = 0; i < message.getFieldCount(); i++) {
      put(
          name,
          message.getField(i).getName(),
          path(path, DescriptorProto.FIELD_FIELD_NUMBER, i),
          byPath);
    }
    for (int i = 0; i < message.getNestedTypeCount(); i++) {
      addMessage(
          name,
          message.getNestedType(i),
          path(path, DescriptorProto.NESTED_TYPE_FIELD_NUMBER, i),
          byPath);
    }
  }

  private void addEnum(
      String scope,
      EnumDescriptorProto type,
      List<Integer> path,
      Map<List<Integer>, String> byPath) {
    String name = put(scope, type.getName(), path, byPath);
    for (int i = 0; i < type.getValueCount(); i++) {
      put(
          name,
          type.getValue(i).getName(),
          path(path, EnumDescriptorProto.VALUE_FIELD_NUMBER, i),
          byPath);
    }
  }

  private void addService(
      String scope,
      ServiceDescriptorProto service,
      List<Integer> path,
      Map<List<Integer>, String> byPath) {
    String name = put(scope, service.getName(), path, byPath);
    for (int i = 0; i < service.getMethodCount(); i++) {
      put(
          name,
          service.getMethod(i).getName(),
          path(path, ServiceDescriptorProto.METHOD_FIELD_NUMBER, i),
          byPath);
    }
  }

  private String put(
      String scope, String name, List<Integer> path, Map<List<Integer>, String> byPath) {
    String fullName = scope + "." + name;
    String text = byPath.get(path);
    if (text != null) {
      comments.put(fullName, text);
    }
    return fullName;
  }

  private static List<Integer> path(List<Integer> parent, int field, int index) {
    List<Integer> path = new ArrayList<>(parent);
    path.add(field);
    path.add(index);
    return List.copyOf(path);
  }
}
