package dev.latchkey.harness.demo;

import dev.latchkey.harness.demo.DemoSystem.DemoPlan;
import dev.latchkey.harness.demo.DemoSystem.Named;
import dev.latchkey.harness.platform.Clients;
import dev.latchkey.proto.access.v1.Role;
import dev.latchkey.proto.tenancy.v1.CreateEnvironmentRequest;
import dev.latchkey.proto.tenancy.v1.CreateOrganizationRequest;
import dev.latchkey.proto.tenancy.v1.CreatePlanRequest;
import dev.latchkey.proto.tenancy.v1.CreateProjectRequest;
import dev.latchkey.proto.tenancy.v1.CreateUserRequest;
import dev.latchkey.proto.tenancy.v1.CreateWorkspaceRequest;
import dev.latchkey.proto.tenancy.v1.Environment;
import dev.latchkey.proto.tenancy.v1.GrantRoleRequest;
import dev.latchkey.proto.tenancy.v1.KeyFormat;
import dev.latchkey.proto.tenancy.v1.ListEnvironmentsRequest;
import dev.latchkey.proto.tenancy.v1.ListMembershipsRequest;
import dev.latchkey.proto.tenancy.v1.ListOrganizationsRequest;
import dev.latchkey.proto.tenancy.v1.ListPlansRequest;
import dev.latchkey.proto.tenancy.v1.ListProjectsRequest;
import dev.latchkey.proto.tenancy.v1.ListUsersRequest;
import dev.latchkey.proto.tenancy.v1.ListWorkspacesRequest;
import dev.latchkey.proto.tenancy.v1.Organization;
import dev.latchkey.proto.tenancy.v1.Plan;
import dev.latchkey.proto.tenancy.v1.Project;
import dev.latchkey.proto.tenancy.v1.User;
import dev.latchkey.proto.tenancy.v1.Workspace;
import java.util.List;

/** Finds each node of the demo by its slug, or makes it. Every method gives the node's id. */
final class DemoTenancy {
  private static final int PAGE_SIZE = 1_000;

  private final Clients clients;

  DemoTenancy(Clients clients) {
    this.clients = clients;
  }

  String plan(DemoPlan plan) {
    Siblings<Plan> known =
        Siblings.find(
            token -> {
              var page =
                  clients
                      .plans()
                      .listPlans(
                          ListPlansRequest.newBuilder()
                              .setPageSize(PAGE_SIZE)
                              .setPageToken(token)
                              .setShowDeleted(true)
                              .build());
              return new Siblings.Page<>(page.getPlansList(), page.getNextPageToken());
            },
            found -> found.getSlug().equals(plan.name().slug()),
            Plan::hasDeleteTime);
    return known
        .live()
        .orElseGet(
            () ->
                clients
                    .plans()
                    .createPlan(
                        CreatePlanRequest.newBuilder()
                            .setSlug(plan.name().slug())
                            .setDisplayName(plan.name().displayName())
                            .setApiAccess(true)
                            .addAllRateLimits(plan.rateLimits())
                            .setRequestId(
                                RequestIds.of("plan", "", plan.name().slug(), known.deleted()))
                            .build())
                    .getPlan())
        .getId();
  }

  String organization(Named organization, String planId) {
    Siblings<Organization> known =
        Siblings.find(
            token -> {
              var page =
                  clients
                      .organizations()
                      .listOrganizations(
                          ListOrganizationsRequest.newBuilder()
                              .setPageSize(PAGE_SIZE)
                              .setPageToken(token)
                              .setShowDeleted(true)
                              .build());
              return new Siblings.Page<>(page.getOrganizationsList(), page.getNextPageToken());
            },
            found -> found.getSlug().equals(organization.slug()),
            Organization::hasDeleteTime);
    return known
        .live()
        .orElseGet(
            () ->
                clients
                    .organizations()
                    .createOrganization(
                        CreateOrganizationRequest.newBuilder()
                            .setSlug(organization.slug())
                            .setDisplayName(organization.displayName())
                            .setPlanId(planId)
                            .setRequestId(
                                RequestIds.of(
                                    "organization", "", organization.slug(), known.deleted()))
                            .build())
                    .getOrganization())
        .getId();
  }

  String project(String organizationId, Named project, KeyFormat format, List<String> catalogue) {
    Siblings<Project> known =
        Siblings.find(
            token -> {
              var page =
                  clients
                      .projects()
                      .listProjects(
                          ListProjectsRequest.newBuilder()
                              .setOrganizationId(organizationId)
                              .setPageSize(PAGE_SIZE)
                              .setPageToken(token)
                              .setShowDeleted(true)
                              .build());
              return new Siblings.Page<>(page.getProjectsList(), page.getNextPageToken());
            },
            found -> found.getSlug().equals(project.slug()),
            Project::hasDeleteTime);
    return known
        .live()
        .orElseGet(
            () ->
                clients
                    .projects()
                    .createProject(
                        withCatalogue(catalogue)
                            .setOrganizationId(organizationId)
                            .setSlug(project.slug())
                            .setDisplayName(project.displayName())
                            .setKeyFormat(format)
                            .setRequestId(
                                RequestIds.of(
                                    "project", organizationId, project.slug(), known.deleted()))
                            .build())
                    .getProject())
        .getId();
  }

  private static CreateProjectRequest.Builder withCatalogue(List<String> scopes) {
    CreateProjectRequest.Builder request = CreateProjectRequest.newBuilder();
    for (String scope : scopes) {
      request.getScopeCatalogueBuilder().addScopesBuilder().setName(scope);
    }
    return request;
  }

  String environment(String projectId, Named environment) {
    Siblings<Environment> known =
        Siblings.find(
            token -> {
              var page =
                  clients
                      .environments()
                      .listEnvironments(
                          ListEnvironmentsRequest.newBuilder()
                              .setProjectId(projectId)
                              .setPageSize(PAGE_SIZE)
                              .setPageToken(token)
                              .setShowDeleted(true)
                              .build());
              return new Siblings.Page<>(page.getEnvironmentsList(), page.getNextPageToken());
            },
            found -> found.getSlug().equals(environment.slug()),
            Environment::hasDeleteTime);
    return known
        .live()
        .orElseGet(
            () ->
                clients
                    .environments()
                    .createEnvironment(
                        CreateEnvironmentRequest.newBuilder()
                            .setProjectId(projectId)
                            .setSlug(environment.slug())
                            .setDisplayName(environment.displayName())
                            .setRequestId(
                                RequestIds.of(
                                    "environment", projectId, environment.slug(), known.deleted()))
                            .build())
                    .getEnvironment())
        .getId();
  }

  String workspace(String environmentId, Named workspace) {
    Siblings<Workspace> known =
        Siblings.find(
            token -> {
              var page =
                  clients
                      .workspaces()
                      .listWorkspaces(
                          ListWorkspacesRequest.newBuilder()
                              .setEnvironmentId(environmentId)
                              .setPageSize(PAGE_SIZE)
                              .setPageToken(token)
                              .setShowDeleted(true)
                              .build());
              return new Siblings.Page<>(page.getWorkspacesList(), page.getNextPageToken());
            },
            found -> found.getSlug().equals(workspace.slug()),
            Workspace::hasDeleteTime);
    return known
        .live()
        .orElseGet(
            () ->
                clients
                    .workspaces()
                    .createWorkspace(
                        CreateWorkspaceRequest.newBuilder()
                            .setEnvironmentId(environmentId)
                            .setSlug(workspace.slug())
                            .setDisplayName(workspace.displayName())
                            .setRequestId(
                                RequestIds.of(
                                    "workspace", environmentId, workspace.slug(), known.deleted()))
                            .build())
                    .getWorkspace())
        .getId();
  }

  /** A user, known by email, who is at least MEMBER at a node. */
  String member(String organizationId, Named member, String nodeId) {
    ListUsersRequest known =
        ListUsersRequest.newBuilder()
            .setOrganizationId(organizationId)
            .setEmail(member.slug())
            .build();
    String userId =
        clients.users().listUsers(known).getUsersList().stream()
            .findFirst()
            .orElseGet(() -> newUser(organizationId, member))
            .getId();
    ListMembershipsRequest granted =
        ListMembershipsRequest.newBuilder().setUserId(userId).setPageSize(PAGE_SIZE).build();
    boolean isMember =
        clients.memberships().listMemberships(granted).getMembershipsList().stream()
            .anyMatch(membership -> membership.getNode().getId().equals(nodeId));
    if (!isMember) {
      var _ =
          clients
              .memberships()
              .grantRole(
                  GrantRoleRequest.newBuilder()
                      .setNodeId(nodeId)
                      .setUserId(userId)
                      .setRole(Role.ROLE_MEMBER)
                      .build());
    }
    return userId;
  }

  private User newUser(String organizationId, Named member) {
    return clients
        .users()
        .createUser(
            CreateUserRequest.newBuilder()
                .setOrganizationId(organizationId)
                .setEmail(member.slug())
                .setDisplayName(member.displayName())
                .build())
        .getUser();
  }
}
