package dev.latchkey.harness.access;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.latchkey.harness.kit.Issued;
import dev.latchkey.harness.kit.Tenants;
import dev.latchkey.proto.access.v1.Role;
import dev.latchkey.proto.keys.v1.Credits;
import dev.latchkey.proto.keys.v1.ImportedKey;
import dev.latchkey.proto.keys.v1.RevocationReason;
import dev.latchkey.proto.tenancy.v1.Environment;
import dev.latchkey.proto.tenancy.v1.Organization;
import dev.latchkey.proto.tenancy.v1.Plan;
import dev.latchkey.proto.tenancy.v1.Project;
import dev.latchkey.proto.tenancy.v1.User;
import dev.latchkey.proto.tenancy.v1.Workspace;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An organization with one of everything, and requests about it: good enough to get past
 * authorization. Those that change something carry an etag that is not the current one, so that
 * what is let through changes nothing.
 */
final class MatrixTenant {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  /** Fields that name the same thing twice, or only narrow an answer. */
  private static final Set<String> LEFT_OUT =
      Set.of(
          "AuthenticateStreamRequest.id",
          "GetCreditsRequest.node_id",
          "SetCreditsRequest.node_id",
          "AddCreditsRequest.node_id",
          "RemoveCreditsRequest.node_id",
          "QueryUsageRequest.node_id",
          "ListMembershipsRequest.user_id",
          "ListUsersRequest.email",
          "ListAuditEventsRequest.start_time",
          "CreateKeyRequest.credits");

  private final Organization organization;
  private final Project project;
  private final Environment environment;
  private final Workspace workspace;
  private final Plan plan;
  private final User user;
  private final Issued key;

  MatrixTenant(Tenants tenants) {
    organization = tenants.organization("Matrix");
    project = tenants.project(organization, "Matrix", Tenants.format("mx", true, false));
    environment = tenants.environment(project, "production");
    workspace = tenants.workspace(environment, "editors");
    plan = tenants.plan(more -> more);
    user = tenants.member(organization, "target", Role.ROLE_VIEWER, workspace.getId());
    key =
        tenants.key(
            workspace.getId(),
            request -> request.setCredits(Credits.newBuilder().setRemaining(1_000)));
  }

  Organization organization() {
    return organization;
  }

  /** A request of a call about this tenant. */
  Message request(String service, Message.Builder request) {
    Map<String, Object> values =
        Map.ofEntries(
            Map.entry("id", idFor(service)),
            Map.entry("node_id", workspace.getId()),
            Map.entry("key_id", key.id()),
            Map.entry("organization_id", organization.getId()),
            Map.entry("project_id", project.getId()),
            Map.entry("environment_id", environment.getId()),
            Map.entry("user_id", user.getId()),
            Map.entry("slug", "matrix-" + NUMBER.incrementAndGet()),
            Map.entry("name", "matrix"),
            Map.entry("display_name", "matrix"),
            Map.entry("email", "matrix-%d@example.com".formatted(NUMBER.incrementAndGet())),
            Map.entry("role", Role.ROLE_VIEWER.getValueDescriptor()),
            Map.entry("reason", RevocationReason.REVOCATION_REASON_UNUSED.getValueDescriptor()),
            Map.entry("etag", "999999999"),
            Map.entry("amount", 1L),
            Map.entry("from_revision", 1L),
            Map.entry("credits", Credits.newBuilder().setRemaining(5).build()),
            Map.entry("credential", "not a key"),
            Map.entry("start_time", Timestamp.newBuilder().setSeconds(1_700_000_000).build()),
            Map.entry("update_mask", FieldMask.newBuilder().addPaths(mask(service)).build()));
    Descriptor type = request.getDescriptorForType();
    for (FieldDescriptor field : type.getFields()) {
      Object value = values.get(field.getName());
      if (value != null
          && !field.isRepeated()
          && !LEFT_OUT.contains(type.getName() + "." + field.getName())) {
        request.setField(field, value);
      }
    }
    if (service.endsWith("UsageService")) {
      long now = java.time.Instant.now().getEpochSecond();
      request.setField(
          type.findFieldByName("start_time"), Timestamp.newBuilder().setSeconds(now - 60).build());
    }
    if (service.endsWith("ImportService")) {
      request.addRepeatedField(
          type.findFieldByName("keys"),
          ImportedKey.newBuilder()
              .setPlainText("imported-text-" + NUMBER.incrementAndGet())
              .setNodeId(workspace.getId())
              .setName("imported")
              .build());
    }
    if (type.getName().equals("AuthenticateBatchRequest")) {
      FieldDescriptor requests = type.findFieldByName("requests");
      request.addRepeatedField(requests, request.newBuilderForField(requests).build());
    }
    return request.build();
  }

  private static String mask(String service) {
    return service.endsWith(".KeyService") ? "name" : "display_name";
  }

  private String idFor(String service) {
    return switch (service.substring(service.lastIndexOf('.') + 1)) {
      case "KeyService" -> key.id();
      case "OrganizationService" -> organization.getId();
      case "ProjectService" -> project.getId();
      case "EnvironmentService" -> environment.getId();
      case "WorkspaceService" -> workspace.getId();
      case "PlanService" -> plan.getId();
      case "UserService" -> user.getId();
      default -> "";
    };
  }
}
