package dev.latchkey.keys.tenancy;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import dev.latchkey.keys.decision.ScopePolicy;
import dev.latchkey.keys.decision.Tenant;
import dev.latchkey.keys.format.KeyFormat;
import dev.latchkey.kit.access.Role;
import dev.latchkey.kit.limits.RateLimits;
import dev.latchkey.kit.net.AllowedNetworks;
import dev.latchkey.proto.tenancy.v1.Ceilings;
import dev.latchkey.proto.tenancy.v1.Environment;
import dev.latchkey.proto.tenancy.v1.KeyRole;
import dev.latchkey.proto.tenancy.v1.Membership;
import dev.latchkey.proto.tenancy.v1.NodeState;
import dev.latchkey.proto.tenancy.v1.Organization;
import dev.latchkey.proto.tenancy.v1.Project;
import dev.latchkey.proto.tenancy.v1.Scope;
import dev.latchkey.proto.tenancy.v1.ScopeCatalogue;
import dev.latchkey.proto.tenancy.v1.TenancyResource;
import dev.latchkey.proto.tenancy.v1.User;
import dev.latchkey.proto.tenancy.v1.Workspace;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Stream;

/** Makes views of the resources that tenant-service sends. */
final class TenancyViews {
  private TenancyViews() {}

  static TenancyResource parse(byte[] payload) {
    try {
      return TenancyResource.parseFrom(payload);
    } catch (InvalidProtocolBufferException e) {
      throw new UncheckedIOException(e);
    }
  }

  static PlanView plan(TenancyResource resource) {
    return new PlanView(
        UUID.fromString(resource.getPlan().getId()),
        resource.getPlan().getApiAccess(),
        keyCeiling(resource.getPlan().getCeilings()),
        RateLimits.ofMessages(resource.getPlan().getRateLimitsList()),
        resource.getRevision());
  }

  private static OptionalLong keyCeiling(Ceilings ceilings) {
    return ceilings.hasKeys() ? OptionalLong.of(ceilings.getKeys()) : OptionalLong.empty();
  }

  static UserView user(TenancyResource resource) {
    User user = resource.getUser();
    return new UserView(
        UUID.fromString(user.getId()),
        UUID.fromString(user.getOrganizationId()),
        !user.hasDeleteTime(),
        resource.getRevision());
  }

  static MembershipView membership(TenancyResource resource) {
    Membership membership = resource.getMembership();
    return new MembershipView(
        UUID.fromString(membership.getUserId()),
        UUID.fromString(membership.getNode().getId()),
        membership.hasDeleteTime() ? Optional.empty() : Role.of(membership.getRole()),
        resource.getRevision());
  }

  /** Whether a resource is a user or a role. */
  static boolean isOfMember(TenancyResource resource) {
    return resource.hasUser() || resource.hasMembership();
  }

  /** Whether a resource is a live user, or a role that is held: a member may gain by it. */
  static boolean givesToMember(TenancyResource resource) {
    return switch (resource.getResourceCase()) {
      case USER -> user(resource).live();
      case MEMBERSHIP -> membership(resource).role().isPresent();
      case ORGANIZATION, PROJECT, ENVIRONMENT, WORKSPACE, PLAN, RESOURCE_NOT_SET -> false;
    };
  }

  /** The user whom a user or a membership is about. */
  static UUID memberId(TenancyResource resource) {
    return resource.hasUser() ? user(resource).id() : membership(resource).userId();
  }

  /** Whether a resource is a node. Kinds that this version does not know are none. */
  static boolean isNode(TenancyResource resource) {
    return switch (resource.getResourceCase()) {
      case ORGANIZATION, PROJECT, ENVIRONMENT, WORKSPACE -> true;
      case PLAN, USER, MEMBERSHIP, RESOURCE_NOT_SET -> false;
    };
  }

  static NodeView node(TenancyResource resource) {
    return switch (resource.getResourceCase()) {
      case ORGANIZATION -> organization(resource.getOrganization(), resource.getRevision());
      case PROJECT -> project(resource.getProject(), resource.getRevision());
      case ENVIRONMENT -> environment(resource.getEnvironment(), resource.getRevision());
      case WORKSPACE -> workspace(resource.getWorkspace(), resource.getRevision());
      case PLAN, USER, MEMBERSHIP, RESOURCE_NOT_SET ->
          throw new IllegalArgumentException("not a node: " + resource.getResourceCase());
    };
  }

  private static NodeView organization(Organization node, long revision) {
    return new NodeView(
        UUID.fromString(node.getId()),
        Level.ORGANIZATION,
        ids(node.getId()),
        node.getSlug(),
        node.getDisplayName(),
        standing(node.getState()),
        format(node.hasKeyFormat(), node.getKeyFormat()),
        Optional.of(UUID.fromString(node.getPlanId())),
        Long.MAX_VALUE,
        ScopePolicy.NONE,
        AllowedNetworks.of(node.getAllowedNetworksList()),
        RateLimits.ofMessages(node.getRateLimitsList()),
        revision);
  }

  private static NodeView project(Project node, long revision) {
    return new NodeView(
        UUID.fromString(node.getId()),
        Level.PROJECT,
        ids(node.getOrganizationId(), node.getId()),
        node.getSlug(),
        node.getDisplayName(),
        standing(node.getState()),
        format(node.hasKeyFormat(), node.getKeyFormat()),
        Optional.empty(),
        Long.MAX_VALUE,
        policy(node),
        AllowedNetworks.of(node.getAllowedNetworksList()),
        RateLimits.ofMessages(node.getRateLimitsList()),
        revision);
  }

  private static NodeView environment(Environment node, long revision) {
    return new NodeView(
        UUID.fromString(node.getId()),
        Level.ENVIRONMENT,
        ids(node.getOrganizationId(), node.getProjectId(), node.getId()),
        node.getSlug(),
        node.getDisplayName(),
        standing(node.getState()),
        format(node.hasKeyFormat(), node.getKeyFormat()),
        Optional.empty(),
        node.hasExpireTime() ? millis(node.getExpireTime()) : Long.MAX_VALUE,
        ScopePolicy.NONE,
        AllowedNetworks.of(node.getAllowedNetworksList()),
        RateLimits.ofMessages(node.getRateLimitsList()),
        revision);
  }

  private static NodeView workspace(Workspace node, long revision) {
    return new NodeView(
        UUID.fromString(node.getId()),
        Level.WORKSPACE,
        ids(node.getOrganizationId(), node.getProjectId(), node.getEnvironmentId(), node.getId()),
        node.getSlug(),
        node.getDisplayName(),
        standing(node.getState()),
        format(node.hasKeyFormat(), node.getKeyFormat()),
        Optional.empty(),
        Long.MAX_VALUE,
        ScopePolicy.NONE,
        AllowedNetworks.of(node.getAllowedNetworksList()),
        RateLimits.ofMessages(node.getRateLimitsList()),
        revision);
  }

  private static List<UUID> ids(String... ids) {
    return Stream.of(ids).map(UUID::fromString).toList();
  }

  private static long millis(Timestamp time) {
    return Math.addExact(
        Math.multiplyExact(time.getSeconds(), 1_000L), time.getNanos() / 1_000_000);
  }

  private static Optional<KeyFormat> format(
      boolean present, dev.latchkey.proto.tenancy.v1.KeyFormat format) {
    return present
        ? Optional.of(
            new KeyFormat(format.getPrefix(), format.getShowMode(), format.getShowEnvironment()))
        : Optional.empty();
  }

  private static ScopePolicy policy(Project project) {
    Map<String, List<String>> roles = new HashMap<>();
    for (KeyRole role : project.getKeyRolesList()) {
      roles.put(role.getName(), role.getScopesList());
    }
    return new ScopePolicy(
        project.hasScopeCatalogue() ? catalogue(project.getScopeCatalogue()) : null, roles);
  }

  private static Map<String, Role> catalogue(ScopeCatalogue catalogue) {
    Map<String, Role> scopes = new HashMap<>();
    for (Scope scope : catalogue.getScopesList()) {
      scopes.put(scope.getName(), minimum(scope.getMinimumRole()));
    }
    return scopes;
  }

  /** A role this version does not know may be any: only the highest is sure to include it. */
  private static Role minimum(dev.latchkey.proto.access.v1.Role role) {
    return role == dev.latchkey.proto.access.v1.Role.ROLE_UNSPECIFIED
        ? ScopePolicy.DEFAULT_MINIMUM
        : Role.of(role).orElse(Role.OWNER);
  }

  /** A state this version does not know stops keys: no answer may rest on a guess. */
  private static Tenant.Standing standing(NodeState state) {
    return switch (state) {
      case NODE_STATE_ACTIVE -> Tenant.Standing.ACTIVE;
      case NODE_STATE_SUSPENDED -> Tenant.Standing.SUSPENDED;
      case NODE_STATE_DELETED, NODE_STATE_UNSPECIFIED, UNRECOGNIZED -> Tenant.Standing.DELETED;
    };
  }
}
