package dev.latchkey.kit.access;

import dev.latchkey.proto.access.v1.AccessProto;
import dev.latchkey.proto.access.v1.AccessRule;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Reads the access rule that stands beside a call in its .proto file. */
public final class AccessRules {
  private static final Map<String, AccessRule> BY_METHOD = new ConcurrentHashMap<>();

  private AccessRules() {}

  /**
   * The rule of a call.
   *
   * @throws IllegalStateException if it has none: such a call is open to nobody
   */
  public static AccessRule of(MethodDescriptor<?, ?> method) {
    return BY_METHOD.computeIfAbsent(method.getFullMethodName(), name -> read(method));
  }

  private static AccessRule read(MethodDescriptor<?, ?> method) {
    if (method.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier supplier) {
      AccessRule rule =
          supplier.getMethodDescriptor().getOptions().getExtension(AccessProto.access);
      if (!rule.getRequiredScope().isEmpty()) {
        return rule;
      }
    }
    throw new IllegalStateException(method.getFullMethodName() + " has no access rule");
  }
}
