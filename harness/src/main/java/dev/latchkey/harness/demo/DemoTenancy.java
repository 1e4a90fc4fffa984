package dev.latchkey.harness.demo;

import dev.latchkey.harness.demo.DemoSystem.Named;
import dev.latchkey.harness.platform.Clients;
import dev.latchkey.proto.tenancy.v1.CreateEnvironmentRequest;
import dev.latchkey.proto.tenancy.v1.CreateOrganizationRequest;
import dev.latchkey.proto.tenancy.v1.CreatePlanRequest;
import dev.latchkey.proto.tenancy.v1.CreateProjectRequest;
import dev.latchkey.proto.tenancy.v1.CreateWorkspaceRequest;
import dev.latchkey.proto.tenancy.v1.Environment;
import dev.latchkey.proto.tenancy.v1.KeyFormat;
import dev.latchkey.proto.tenancy.v1.ListEnvironmentsRequest;
import dev.latchkey.proto.tenancy.v1.ListOrganizationsRequest;
import dev.latchkey.proto.tenancy.v1.ListPlansRequest;
import dev.latchkey.proto.tenancy.v1.ListProjectsRequest;
import dev.latchkey.proto.tenancy.v1.ListWorkspacesRequest;
import dev.latchkey.proto.tenancy.v1.Organization;
import dev.latchkey.proto.tenancy.v1.Plan;
import dev.latchkey.proto.tenancy.v1.Project;
import dev.latchkey.proto.tenancy.v1.Workspace;

/** Finds each node of the demo by its slug, or makes it. Every method gives the node's id. */
final class DemoTenancy {
  private static final int PAGE_SIZE = 1_000;

  private final Clients clients;

  DemoTenancy(Clients clients) {
    this.clients = clients;
  }

  String plan(Named plan) {
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
            found -> found.getSlug().equals(plan.slug()),
            Plan::hasDeleteTime);
    return known
        .live()
        .orElseGet(
            () ->
                clients
                    .plans()
                    .createPlan(
                        CreatePlanRequest.newBuilder()
                            .setSlug(plan.slug())
                            .setDisplayName(plan.displayName())
                            .setApiAccess(true)
                            .setRequestId(RequestIds.of("plan", "", plan.slug(), known.deleted()))
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

  String project(String organizationId, Named project, KeyFormat format) {
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
                        CreateProjectRequest.newBuilder()
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
}
