package dev.latchkey.keys.decision;

import dev.latchkey.proto.access.v1.Role;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.keys.v1.Key;
import dev.latchkey.proto.tenancy.v1.Environment;
import dev.latchkey.proto.tenancy.v1.KeyRole;
import dev.latchkey.proto.tenancy.v1.NodeState;
import dev.latchkey.proto.tenancy.v1.Organization;
import dev.latchkey.proto.tenancy.v1.Plan;
import dev.latchkey.proto.tenancy.v1.Project;
import dev.latchkey.proto.tenancy.v1.Scope;
import dev.latchkey.proto.tenancy.v1.Workspace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The tenancy and its keys, and what a request must be answered, worked out from nothing each time:
 * slow, and with nothing remembered but what was put. Networks are whole first bytes ({@code
 * 10.0.0.0/8}), resources whole folders ({@code folder:/a/**}), so that matching them is plain.
 */
final class NaiveTenancy {
  final Map<String, Plan> plans = new HashMap<>();
  final Map<String, Organization> organizations = new HashMap<>();
  final Map<String, Project> projects = new HashMap<>();
  final Map<String, Environment> environments = new HashMap<>();
  final Map<String, Workspace> workspaces = new HashMap<>();

  /** By user and node. */
  final Map<String, Map<String, Role>> roles = new HashMap<>();

  /** Keys whose owner was seen without a role: they stay off. */
  private final Set<String> abandoned = new HashSet<>();

  private record Place(String id, NodeState state, List<String> networks) {}

  /** Notes which keys lose their owner with what was just put. */
  void settle(List<Key> keys) {
    for (Key key : keys) {
      if (!key.getOwnerUserId().isEmpty() && role(key).isEmpty()) {
        abandoned.add(key.getId());
      }
    }
  }

  /** Why a request is denied; empty if it is not. */
  Optional<DenialReason> denial(Key key, AuthenticateRequest request, Instant now) {
    List<Place> path = path(key);
    if (abandoned.contains(key.getId())) {
      return Optional.of(DenialReason.DENIAL_REASON_OWNER_INACTIVE);
    }
    if (path.stream().anyMatch(place -> place.state() == NodeState.NODE_STATE_DELETED)
        || hasExpired(key, now)) {
      return Optional.of(DenialReason.DENIAL_REASON_TENANT_DELETED);
    }
    if (path.stream().anyMatch(place -> place.state() == NodeState.NODE_STATE_SUSPENDED)) {
      return Optional.of(DenialReason.DENIAL_REASON_TENANT_SUSPENDED);
    }
    if (!plan(key).getApiAccess()) {
      return Optional.of(DenialReason.DENIAL_REASON_API_ACCESS_DENIED);
    }
    if (Stream.concat(Stream.of(key.getAllowedNetworksList()), path.stream().map(Place::networks))
        .anyMatch(networks -> !allows(networks, request.getClientAddress()))) {
      return Optional.of(DenialReason.DENIAL_REASON_CLIENT_NETWORK_NOT_ALLOWED);
    }
    if (!request.getRequiredScopesList().stream().allMatch(scope -> holds(key, scope))) {
      return Optional.of(DenialReason.DENIAL_REASON_INSUFFICIENT_SCOPE);
    }
    String resource = request.getResource();
    return key.getResourcesCount() == 0
            || resource.isEmpty()
            || key.getResourcesList().stream()
                .anyMatch(pattern -> resource.startsWith(pattern.replace("**", "")))
        ? Optional.empty()
        : Optional.of(DenialReason.DENIAL_REASON_RESOURCE_NOT_GRANTED);
  }

  private static boolean allows(List<String> networks, String client) {
    return networks.isEmpty()
        || networks.stream()
            .anyMatch(network -> client.startsWith(network.substring(0, network.indexOf('.') + 1)));
  }

  private boolean hasExpired(Key key, Instant now) {
    Environment environment = environment(key);
    return environment != null
        && environment.hasExpireTime()
        && environment.getExpireTime().getSeconds() <= now.getEpochSecond();
  }

  private boolean holds(Key key, String scope) {
    Project project = project(key);
    Role minimum = Role.ROLE_MEMBER;
    if (project != null && project.hasScopeCatalogue()) {
      Optional<Scope> entry =
          project.getScopeCatalogue().getScopesList().stream()
              .filter(candidate -> candidate.getName().equals(scope))
              .findFirst();
      if (entry.isEmpty()) {
        return false;
      }
      minimum =
          entry.get().getMinimumRole() == Role.ROLE_UNSPECIFIED
              ? Role.ROLE_MEMBER
              : entry.get().getMinimumRole();
    }
    if (!key.getOwnerUserId().isEmpty() && role(key).orElseThrow().compareTo(minimum) < 0) {
      return false;
    }
    List<String> granted = new ArrayList<>(key.getScopesList());
    if (project != null) {
      project.getKeyRolesList().stream()
          .filter(role -> key.getRolesList().contains(role.getName()))
          .map(KeyRole::getScopesList)
          .forEach(granted::addAll);
    }
    return granted.stream()
        .anyMatch(
            text ->
                text.equals(scope)
                    || (text.endsWith("*")
                        && scope.startsWith(text.substring(0, text.length() - 1))));
  }

  private Optional<Role> role(Key key) {
    Map<String, Role> granted = roles.getOrDefault(key.getOwnerUserId(), Map.of());
    return path(key).stream()
        .map(place -> Optional.ofNullable(granted.get(place.id())))
        .flatMap(Optional::stream)
        .max(Role::compareTo);
  }

  private Plan plan(Key key) {
    String organization = path(key).getFirst().id();
    return Objects.requireNonNull(
        plans.get(Objects.requireNonNull(organizations.get(organization)).getPlanId()));
  }

  private @Nullable Workspace workspace(Key key) {
    return workspaces.get(key.getNode().getId());
  }

  private @Nullable Environment environment(Key key) {
    Workspace workspace = workspace(key);
    return environments.get(
        workspace == null ? key.getNode().getId() : workspace.getEnvironmentId());
  }

  private @Nullable Project project(Key key) {
    Environment environment = environment(key);
    return projects.get(environment == null ? key.getNode().getId() : environment.getProjectId());
  }

  private List<Place> path(Key key) {
    Project project = project(key);
    Organization organization =
        Objects.requireNonNull(
            organizations.get(
                project == null ? key.getNode().getId() : project.getOrganizationId()));
    List<Place> path = new ArrayList<>();
    path.add(
        new Place(
            organization.getId(), organization.getState(), organization.getAllowedNetworksList()));
    if (project != null) {
      path.add(new Place(project.getId(), project.getState(), project.getAllowedNetworksList()));
    }
    Environment environment = environment(key);
    if (environment != null) {
      path.add(
          new Place(
              environment.getId(), environment.getState(), environment.getAllowedNetworksList()));
    }
    Workspace workspace = workspace(key);
    if (workspace != null) {
      path.add(
          new Place(workspace.getId(), workspace.getState(), workspace.getAllowedNetworksList()));
    }
    return path;
  }
}
