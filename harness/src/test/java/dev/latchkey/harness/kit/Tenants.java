package dev.latchkey.harness.kit;

import com.google.protobuf.FieldMask;
import com.google.protobuf.Timestamp;
import dev.latchkey.harness.platform.Clients;
import dev.latchkey.proto.access.v1.Role;
import dev.latchkey.proto.keys.v1.CreateKeyRequest;
import dev.latchkey.proto.keys.v1.RevocationReason;
import dev.latchkey.proto.keys.v1.RevokeKeyRequest;
import dev.latchkey.proto.tenancy.v1.CreateEnvironmentRequest;
import dev.latchkey.proto.tenancy.v1.CreateOrganizationRequest;
import dev.latchkey.proto.tenancy.v1.CreatePlanRequest;
import dev.latchkey.proto.tenancy.v1.CreateProjectRequest;
import dev.latchkey.proto.tenancy.v1.CreateUserRequest;
import dev.latchkey.proto.tenancy.v1.CreateWorkspaceRequest;
import dev.latchkey.proto.tenancy.v1.Environment;
import dev.latchkey.proto.tenancy.v1.GrantRoleRequest;
import dev.latchkey.proto.tenancy.v1.KeyFormat;
import dev.latchkey.proto.tenancy.v1.Organization;
import dev.latchkey.proto.tenancy.v1.Plan;
import dev.latchkey.proto.tenancy.v1.Project;
import dev.latchkey.proto.tenancy.v1.UpdateOrganizationRequest;
import dev.latchkey.proto.tenancy.v1.User;
import dev.latchkey.proto.tenancy.v1.Workspace;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** Makes tenants and keys with one key's authority. Slugs of organizations never collide. */
public final class Tenants {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final Clients clients;

  public Tenants(Clients clients) {
    this.clients = clients;
  }

  public Organization organization(String displayName) {
    return clients
        .organizations()
        .createOrganization(
            CreateOrganizationRequest.newBuilder()
                .setSlug("organization-" + NUMBER.incrementAndGet())
                .setDisplayName(displayName)
                .build())
        .getOrganization();
  }

  public Project project(Organization organization, String displayName, KeyFormat format) {
    return clients
        .projects()
        .createProject(
            CreateProjectRequest.newBuilder()
                .setOrganizationId(organization.getId())
                .setSlug("project-" + NUMBER.incrementAndGet())
                .setDisplayName(displayName)
                .setKeyFormat(format)
                .build())
        .getProject();
  }

  public Environment environment(Project project, String slug) {
    return clients
        .environments()
        .createEnvironment(
            CreateEnvironmentRequest.newBuilder()
                .setProjectId(project.getId())
                .setSlug(slug)
                .build())
        .getEnvironment();
  }

  public Environment environment(Project project, String slug, Instant expireTime) {
    return clients
        .environments()
        .createEnvironment(
            CreateEnvironmentRequest.newBuilder()
                .setProjectId(project.getId())
                .setSlug(slug)
                .setExpireTime(timestamp(expireTime))
                .build())
        .getEnvironment();
  }

  public Workspace workspace(Environment environment, String slug) {
    return clients
        .workspaces()
        .createWorkspace(
            CreateWorkspaceRequest.newBuilder()
                .setEnvironmentId(environment.getId())
                .setSlug(slug)
                .build())
        .getWorkspace();
  }

  /** A live key without scopes. */
  public Issued key(String nodeId) {
    return key(nodeId, request -> request);
  }

  /** A live key, with what else is set. */
  public Issued key(String nodeId, UnaryOperator<CreateKeyRequest.Builder> more) {
    return Issued.of(
        clients
            .keys()
            .createKey(
                more.apply(CreateKeyRequest.newBuilder().setNodeId(nodeId).setName("a key"))
                    .build()));
  }

  /** A user of an organization, without a role. */
  public User user(Organization organization, String name) {
    return clients
        .users()
        .createUser(
            CreateUserRequest.newBuilder()
                .setOrganizationId(organization.getId())
                .setEmail(name + "-" + NUMBER.incrementAndGet() + "@example.com")
                .setDisplayName(name)
                .build())
        .getUser();
  }

  /** Grants a role. */
  public void grant(User user, Role role, String nodeId) {
    var _ =
        clients
            .memberships()
            .grantRole(
                GrantRoleRequest.newBuilder()
                    .setNodeId(nodeId)
                    .setUserId(user.getId())
                    .setRole(role)
                    .build());
  }

  /** A user with a role at a node. */
  public User member(Organization organization, String name, Role role, String nodeId) {
    User user = user(organization, name);
    grant(user, role, nodeId);
    return user;
  }

  /** A plan, with what else is set. */
  public Plan plan(UnaryOperator<CreatePlanRequest.Builder> more) {
    return clients
        .plans()
        .createPlan(
            more.apply(
                    CreatePlanRequest.newBuilder()
                        .setSlug("plan-" + NUMBER.incrementAndGet())
                        .setApiAccess(true))
                .build())
        .getPlan();
  }

  /** Moves an organization to a plan. */
  public void move(Organization organization, Plan plan) {
    var _ =
        clients
            .organizations()
            .updateOrganization(
                UpdateOrganizationRequest.newBuilder()
                    .setId(organization.getId())
                    .setPlanId(plan.getId())
                    .setUpdateMask(FieldMask.newBuilder().addPaths("plan_id"))
                    .build());
  }

  public void revoke(Issued key) {
    var _ =
        clients
            .keys()
            .revokeKey(
                RevokeKeyRequest.newBuilder()
                    .setId(key.id())
                    .setReason(RevocationReason.REVOCATION_REASON_UNUSED)
                    .build());
  }

  /** An instant as the wire has it. */
  public static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  /** A key format. */
  public static KeyFormat format(String prefix, boolean showMode, boolean showEnvironment) {
    return KeyFormat.newBuilder()
        .setPrefix(prefix)
        .setShowMode(showMode)
        .setShowEnvironment(showEnvironment)
        .build();
  }
}
