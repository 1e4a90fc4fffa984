package dev.latchkey.tenancy.wire;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Message;
import dev.latchkey.kit.limits.RateLimits;
import dev.latchkey.kit.wire.Timestamps;
import dev.latchkey.proto.tenancy.v1.Environment;
import dev.latchkey.proto.tenancy.v1.Organization;
import dev.latchkey.proto.tenancy.v1.Project;
import dev.latchkey.proto.tenancy.v1.TenancyResource;
import dev.latchkey.proto.tenancy.v1.Workspace;
import dev.latchkey.tenancy.change.Change;
import dev.latchkey.tenancy.node.KeyFormat;
import dev.latchkey.tenancy.node.Level;
import dev.latchkey.tenancy.node.Lineage;
import dev.latchkey.tenancy.node.Node;
import dev.latchkey.tenancy.node.NodeState;
import dev.latchkey.tenancy.policy.KeyPolicy;
import dev.latchkey.tenancy.policy.KeyPolicyMessages;
import java.time.Instant;
import java.util.UUID;

/**
 * Nodes as messages. The messages of the four levels call the same things by the same names, so one
 * translation by name serves them all.
 */
public final class NodeMessages {
  private NodeMessages() {}

  /** A node as it is answered, with what it inherits. */
  public static Message answer(Lineage lineage, Instant now) {
    NamedFields message = own(lineage.node());
    message.set("effective_state", state(lineage.effectiveState(now)));
    lineage
        .effectiveKeyFormat()
        .ifPresent(format -> message.set("effective_key_format", keyFormat(format)));
    return message.build();
  }

  /** A node as those get it who keep a copy: with its own settings only. */
  public static TenancyResource resource(Node node) {
    NamedFields resource = new NamedFields(TenancyResource.newBuilder());
    resource.set(node.level().typeName(), own(node).build());
    resource.set("revision", node.revision());
    return (TenancyResource) resource.build();
  }

  /** A node as it is written to the change log. */
  public static Change change(Node node) {
    return new Change(
        Change.Table.NODE,
        node.id(),
        resource(node).toBuilder().clearRevision().build().toByteString());
  }

  /** A node with its own settings only. */
  public static Message ownSettings(Node node) {
    return own(node).build();
  }

  private static NamedFields own(Node node) {
    NamedFields message = new NamedFields(empty(node.level()));
    message.set("id", node.id().toString());
    for (Level level : Level.values()) {
      message.setIfPresent(level.idField(), node.idAbove(level), UUID::toString);
    }
    message.set("slug", node.slug());
    message.set("display_name", node.settings().displayName());
    message.set("state", state(node.state()));
    message.setIfPresent("key_format", node.settings().keyFormat(), NodeMessages::keyFormat);
    message.set("allowed_networks", node.settings().allowedNetworks().texts());
    message.set("rate_limits", RateLimits.toMessages(node.settings().rateLimits()));
    if (node.level() == Level.PROJECT) {
      keyPolicy(message, node.settings().keyPolicy());
    }
    message.setIfPresent("plan_id", node.settings().planId(), Object::toString);
    message.setIfPresent("expire_time", node.settings().expireTime(), Timestamps::of);
    message.set("create_time", Timestamps.of(node.createTime()));
    message.set("update_time", Timestamps.of(node.updateTime()));
    message.setIfPresent("delete_time", node.deleteTime(), Timestamps::of);
    message.set("etag", Long.toString(node.version()));
    return message;
  }

  private static void keyPolicy(NamedFields message, KeyPolicy policy) {
    message.setIfPresent("scope_catalogue", policy.catalogue(), KeyPolicyMessages::toMessage);
    message.set("key_roles", KeyPolicyMessages.toMessages(policy.roles()));
    message.set(
        "leak_policy", KeyPolicyMessages.toMessage(policy.leakPolicy()).getValueDescriptor());
  }

  private static Message.Builder empty(Level level) {
    return switch (level) {
      case ORGANIZATION -> Organization.newBuilder();
      case PROJECT -> Project.newBuilder();
      case ENVIRONMENT -> Environment.newBuilder();
      case WORKSPACE -> Workspace.newBuilder();
    };
  }

  private static EnumValueDescriptor state(NodeState state) {
    dev.latchkey.proto.tenancy.v1.NodeState value =
        switch (state) {
          case ACTIVE -> dev.latchkey.proto.tenancy.v1.NodeState.NODE_STATE_ACTIVE;
          case SUSPENDED -> dev.latchkey.proto.tenancy.v1.NodeState.NODE_STATE_SUSPENDED;
          case DELETED -> dev.latchkey.proto.tenancy.v1.NodeState.NODE_STATE_DELETED;
        };
    return value.getValueDescriptor();
  }

  private static Message keyFormat(KeyFormat format) {
    return dev.latchkey.proto.tenancy.v1.KeyFormat.newBuilder()
        .setPrefix(format.prefix())
        .setShowMode(format.showMode())
        .setShowEnvironment(format.showEnvironment())
        .build();
  }
}
