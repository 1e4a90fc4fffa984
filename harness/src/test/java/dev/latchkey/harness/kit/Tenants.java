package dev.latchkey.harness.kit;

import com.google.protobuf.Timestamp;
import dev.latchkey.harness.platform.Clients;
import dev.latchkey.proto.keys.v1.CreateKeyRequest;
import dev.latchkey.proto.keys.v1.RevocationReason;
import dev.latchkey.proto.keys.v1.RevokeKeyRequest;
import dev.latchkey.proto.tenancy.v1.CreateEnvironmentRequest;
import dev.latchkey.proto.tenancy.v1.CreateOrganizationRequest;
import dev.latchkey.proto.tenancy.v1.CreateProjectRequest;
import dev.latchkey.proto.tenancy.v1.CreateWorkspaceRequest;
import dev.latchkey.proto.tenancy.v1.Environment;
import dev.latchkey.proto.tenancy.v1.KeyFormat;
import dev.latchkey.proto.tenancy.v1.Organization;
import dev.latchkey.proto.tenancy.v1.Project;
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
