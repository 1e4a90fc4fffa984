package dev.latchkey.tenancy.testing;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.latchkey.proto.access.v1.Role;
import dev.latchkey.tenancy.node.Level;
import java.util.Arrays;
import java.util.Optional;

/** Makes a request of any call that the operator gets an answer to. */
public final class Requests {
  private final Deployment deployment;

  public Requests(Deployment deployment) {
    this.deployment = deployment;
  }

  /** The level whose nodes a call is about; empty for calls on others than nodes. */
  public static Optional<Level> levelOf(String method) {
    return Arrays.stream(Level.values())
        .filter(level -> method.matches("[A-Z][a-z]+" + Tree.name(level) + "s?"))
        .findFirst();
  }

  /** A good request on a tree's nodes. */
  public Message good(String method, Tree tree) {
    Message.Builder request = Api.request(method);
    for (FieldDescriptor field : request.getDescriptorForType().getFields()) {
      switch (field.getName()) {
        case "id" -> Api.set(request, "id", idFor(method, tree));
        case "organization_id" -> Api.set(request, field.getName(), tree.id(Level.ORGANIZATION));
        case "project_id" -> Api.set(request, field.getName(), tree.id(Level.PROJECT));
        case "environment_id" -> Api.set(request, field.getName(), tree.id(Level.ENVIRONMENT));
        case "node_id" -> Api.set(request, field.getName(), tree.id(Level.WORKSPACE));
        case "user_id" -> Api.set(request, field.getName(), member(tree));
        case "role" -> Api.set(request, field.getName(), Role.ROLE_VIEWER);
        case "email" -> Api.set(request, field.getName(), Deployment.newEmail());
        case "slug" -> Api.set(request, field.getName(), Deployment.newSlug());
        case "display_name" -> Api.set(request, field.getName(), "A name");
        case "update_mask" -> Api.set(request, field.getName(), Api.mask("display_name"));
        case "from_revision" -> Api.set(request, field.getName(), 1L);
        default -> {}
      }
    }
    return request.build();
  }

  /** A new user who has a role at the tree's workspace. */
  private String member(Tree tree) {
    String user = deployment.user(tree.id(Level.ORGANIZATION));
    deployment.grant(user, Role.ROLE_MEMBER, tree.id(Level.WORKSPACE));
    return user;
  }

  private String idFor(String method, Tree tree) {
    if (method.endsWith("User")) {
      return deployment.user(tree.id(Level.ORGANIZATION));
    }
    return levelOf(method)
        .map(tree::id)
        .orElseGet(
            () -> Api.id(deployment.asOperator().call("CreatePlan", "slug", Deployment.newSlug())));
  }
}
