package dev.latchkey.tenancy.policy;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.latchkey.kit.access.Role;
import dev.latchkey.proto.tenancy.v1.Project;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Key policies as messages, and in their column, where they stand as one too. */
public final class KeyPolicyMessages {
  private KeyPolicyMessages() {}

  /** The message of a catalogue. */
  public static dev.latchkey.proto.tenancy.v1.ScopeCatalogue toMessage(ScopeCatalogue catalogue) {
    return dev.latchkey.proto.tenancy.v1.ScopeCatalogue.newBuilder()
        .addAllScopes(catalogue.scopes().stream().map(KeyPolicyMessages::toMessage).toList())
        .build();
  }

  private static dev.latchkey.proto.tenancy.v1.Scope toMessage(ScopeCatalogue.Scope scope) {
    return dev.latchkey.proto.tenancy.v1.Scope.newBuilder()
        .setName(scope.name())
        .setDescription(scope.description())
        .setMinimumRole(scope.minimumRole().toMessage())
        .build();
  }

  /** The messages of roles. */
  public static List<dev.latchkey.proto.tenancy.v1.KeyRole> toMessages(List<KeyRole> roles) {
    return roles.stream()
        .map(
            role ->
                dev.latchkey.proto.tenancy.v1.KeyRole.newBuilder()
                    .setName(role.name())
                    .setDescription(role.description())
                    .addAllScopes(role.scopes())
                    .build())
        .toList();
  }

  /** The value of a policy on leaks, never the unspecified one. */
  public static dev.latchkey.proto.tenancy.v1.LeakPolicy toMessage(LeakPolicy policy) {
    return switch (policy) {
      case REVOKE -> dev.latchkey.proto.tenancy.v1.LeakPolicy.LEAK_POLICY_REVOKE;
      case DISABLE -> dev.latchkey.proto.tenancy.v1.LeakPolicy.LEAK_POLICY_DISABLE;
    };
  }

  static LeakPolicy ofMessage(dev.latchkey.proto.tenancy.v1.LeakPolicy policy) {
    return switch (policy) {
      case LEAK_POLICY_DISABLE -> LeakPolicy.DISABLE;
      case LEAK_POLICY_REVOKE, LEAK_POLICY_UNSPECIFIED, UNRECOGNIZED -> LeakPolicy.REVOKE;
    };
  }

  /**
   * A policy as it stands in its column: a serialized {@link Project} with nothing else.
   *
   * @return null for none
   */
  public static byte @Nullable [] toColumn(KeyPolicy policy) {
    if (policy.equals(KeyPolicy.NONE)) {
      return null;
    }
    Project.Builder project =
        Project.newBuilder()
            .addAllKeyRoles(toMessages(policy.roles()))
            .setLeakPolicy(toMessage(policy.leakPolicy()));
    ScopeCatalogue catalogue = policy.catalogue();
    if (catalogue != null) {
      project.setScopeCatalogue(toMessage(catalogue));
    }
    return project.build().toByteArray();
  }

  /** The policy in a column. */
  public static KeyPolicy ofColumn(byte @Nullable [] column) {
    if (column == null) {
      return KeyPolicy.NONE;
    }
    try {
      Project project = Project.parseFrom(column);
      return new KeyPolicy(
          project.hasScopeCatalogue() ? ofMessage(project.getScopeCatalogue()) : null,
          project.getKeyRolesList().stream()
              .map(role -> new KeyRole(role.getName(), role.getDescription(), role.getScopesList()))
              .toList(),
          ofMessage(project.getLeakPolicy()));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the column of a key policy cannot be read", e);
    }
  }

  private static ScopeCatalogue ofMessage(dev.latchkey.proto.tenancy.v1.ScopeCatalogue catalogue) {
    return new ScopeCatalogue(
        catalogue.getScopesList().stream()
            .map(
                scope ->
                    new ScopeCatalogue.Scope(
                        scope.getName(),
                        scope.getDescription(),
                        Role.of(scope.getMinimumRole()).orElse(Role.MEMBER)))
            .toList());
  }
}
