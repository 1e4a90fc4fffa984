package dev.latchkey.edge.management;

import static dev.latchkey.edge.management.Upstream.KEY_SERVICE;
import static dev.latchkey.edge.management.Upstream.TENANT_SERVICE;
import static io.micronaut.http.HttpMethod.DELETE;
import static io.micronaut.http.HttpMethod.GET;
import static io.micronaut.http.HttpMethod.PATCH;
import static io.micronaut.http.HttpMethod.POST;
import static io.micronaut.http.HttpMethod.PUT;

import dev.latchkey.edge.http.HttpLimits;
import dev.latchkey.proto.keys.v1.CreditServiceGrpc;
import dev.latchkey.proto.keys.v1.ImportServiceGrpc;
import dev.latchkey.proto.keys.v1.KeyServiceGrpc;
import dev.latchkey.proto.keys.v1.RevocationReason;
import dev.latchkey.proto.keys.v1.UsageServiceGrpc;
import dev.latchkey.proto.tenancy.v1.EnvironmentServiceGrpc;
import dev.latchkey.proto.tenancy.v1.MembershipServiceGrpc;
import dev.latchkey.proto.tenancy.v1.OrganizationServiceGrpc;
import dev.latchkey.proto.tenancy.v1.PlanServiceGrpc;
import dev.latchkey.proto.tenancy.v1.ProjectServiceGrpc;
import dev.latchkey.proto.tenancy.v1.UserServiceGrpc;
import dev.latchkey.proto.tenancy.v1.WorkspaceServiceGrpc;
import io.micronaut.http.HttpMethod;
import java.util.List;

/**
 * The table of all routes of management. What of a request comes from where follows from the method
 * and the template: see {@link Operation}. The OpenAPI document is made from this table too.
 */
final class Operations {
  static final List<Operation> ALL =
      List.of(
          Operation.of(POST, "/api/v1/keys", KEY_SERVICE, KeyServiceGrpc.getCreateKeyMethod()),
          Operation.of(GET, "/api/v1/keys", KEY_SERVICE, KeyServiceGrpc.getListKeysMethod()),
          Operation.of(GET, "/api/v1/keys/{id}", KEY_SERVICE, KeyServiceGrpc.getGetKeyMethod()),
          Operation.of(
              PATCH, "/api/v1/keys/{id}", KEY_SERVICE, KeyServiceGrpc.getUpdateKeyMethod()),
          Operation.of(
                  DELETE, "/api/v1/keys/{id}", KEY_SERVICE, KeyServiceGrpc.getRevokeKeyMethod())
              .fixing("reason", RevocationReason.REVOCATION_REASON_UNUSED.getValueDescriptor())
              .named("deleteKey"),
          onKey("rotate", KeyServiceGrpc.getRotateKeyMethod()),
          onKey("disable", KeyServiceGrpc.getDisableKeyMethod()),
          onKey("enable", KeyServiceGrpc.getEnableKeyMethod()),
          onKey("revoke", KeyServiceGrpc.getRevokeKeyMethod()),
          Operation.of(
              POST, HttpLimits.IMPORT_PATH, KEY_SERVICE, ImportServiceGrpc.getImportKeysMethod()),
          ofKey(GET, "credits", CreditServiceGrpc.getGetCreditsMethod(), "getKeyCredits"),
          ofKey(PUT, "credits", CreditServiceGrpc.getSetCreditsMethod(), "setKeyCredits"),
          ofKey(DELETE, "credits", CreditServiceGrpc.getRemoveCreditsMethod(), "removeKeyCredits"),
          ofKey(POST, "credits/add", CreditServiceGrpc.getAddCreditsMethod(), "addKeyCredits"),
          ofNode(GET, "credits", CreditServiceGrpc.getGetCreditsMethod(), "getNodeCredits"),
          ofNode(PUT, "credits", CreditServiceGrpc.getSetCreditsMethod(), "setNodeCredits"),
          ofNode(
              DELETE, "credits", CreditServiceGrpc.getRemoveCreditsMethod(), "removeNodeCredits"),
          ofNode(POST, "credits/add", CreditServiceGrpc.getAddCreditsMethod(), "addNodeCredits"),
          ofKey(GET, "usage", UsageServiceGrpc.getQueryUsageMethod(), "queryKeyUsage"),
          ofNode(GET, "usage", UsageServiceGrpc.getQueryUsageMethod(), "queryNodeUsage"),
          Operation.of(
              GET,
              "/api/v1/nodes/{node_id}/key-usage",
              KEY_SERVICE,
              UsageServiceGrpc.getListKeyUsageMethod()),
          Operation.of(
              GET,
              "/api/v1/keys/{key_id}/client-addresses",
              KEY_SERVICE,
              UsageServiceGrpc.getListClientAddressesMethod()),
          Operation.of(
                  GET,
                  "/api/v1/audit/keys",
                  KEY_SERVICE,
                  dev.latchkey.proto.keys.v1.AuditServiceGrpc.getListAuditEventsMethod())
              .named("listKeyAuditEvents"),
          tenancy(
                  GET,
                  "audit/tenancy",
                  dev.latchkey.proto.tenancy.v1.AuditServiceGrpc.getListAuditEventsMethod())
              .named("listTenancyAuditEvents"),
          tenancy(POST, "users", UserServiceGrpc.getCreateUserMethod()),
          tenancy(GET, "users", UserServiceGrpc.getListUsersMethod()),
          tenancy(GET, "users/{id}", UserServiceGrpc.getGetUserMethod()),
          tenancy(PATCH, "users/{id}", UserServiceGrpc.getUpdateUserMethod()),
          tenancy(DELETE, "users/{id}", UserServiceGrpc.getDeleteUserMethod()),
          tenancy(
              PUT, "nodes/{node_id}/members/{user_id}", MembershipServiceGrpc.getGrantRoleMethod()),
          tenancy(
              DELETE,
              "nodes/{node_id}/members/{user_id}",
              MembershipServiceGrpc.getRevokeRoleMethod()),
          tenancy(GET, "nodes/{node_id}/access", MembershipServiceGrpc.getListAccessMethod()),
          tenancy(GET, "memberships", MembershipServiceGrpc.getListMembershipsMethod()),
          tenancy(POST, "organizations", OrganizationServiceGrpc.getCreateOrganizationMethod()),
          tenancy(GET, "organizations", OrganizationServiceGrpc.getListOrganizationsMethod()),
          tenancy(GET, "organizations/{id}", OrganizationServiceGrpc.getGetOrganizationMethod()),
          tenancy(
              PATCH, "organizations/{id}", OrganizationServiceGrpc.getUpdateOrganizationMethod()),
          tenancy(
              DELETE, "organizations/{id}", OrganizationServiceGrpc.getDeleteOrganizationMethod()),
          tenancy(
              POST,
              "organizations/{id}/suspend",
              OrganizationServiceGrpc.getSuspendOrganizationMethod()),
          tenancy(
              POST,
              "organizations/{id}/resume",
              OrganizationServiceGrpc.getResumeOrganizationMethod()),
          tenancy(POST, "projects", ProjectServiceGrpc.getCreateProjectMethod()),
          tenancy(GET, "projects", ProjectServiceGrpc.getListProjectsMethod()),
          tenancy(GET, "projects/{id}", ProjectServiceGrpc.getGetProjectMethod()),
          tenancy(PATCH, "projects/{id}", ProjectServiceGrpc.getUpdateProjectMethod()),
          tenancy(DELETE, "projects/{id}", ProjectServiceGrpc.getDeleteProjectMethod()),
          tenancy(POST, "projects/{id}/suspend", ProjectServiceGrpc.getSuspendProjectMethod()),
          tenancy(POST, "projects/{id}/resume", ProjectServiceGrpc.getResumeProjectMethod()),
          tenancy(POST, "environments", EnvironmentServiceGrpc.getCreateEnvironmentMethod()),
          tenancy(GET, "environments", EnvironmentServiceGrpc.getListEnvironmentsMethod()),
          tenancy(GET, "environments/{id}", EnvironmentServiceGrpc.getGetEnvironmentMethod()),
          tenancy(PATCH, "environments/{id}", EnvironmentServiceGrpc.getUpdateEnvironmentMethod()),
          tenancy(DELETE, "environments/{id}", EnvironmentServiceGrpc.getDeleteEnvironmentMethod()),
          tenancy(
              POST,
              "environments/{id}/suspend",
              EnvironmentServiceGrpc.getSuspendEnvironmentMethod()),
          tenancy(
              POST,
              "environments/{id}/resume",
              EnvironmentServiceGrpc.getResumeEnvironmentMethod()),
          tenancy(POST, "workspaces", WorkspaceServiceGrpc.getCreateWorkspaceMethod()),
          tenancy(GET, "workspaces", WorkspaceServiceGrpc.getListWorkspacesMethod()),
          tenancy(GET, "workspaces/{id}", WorkspaceServiceGrpc.getGetWorkspaceMethod()),
          tenancy(PATCH, "workspaces/{id}", WorkspaceServiceGrpc.getUpdateWorkspaceMethod()),
          tenancy(DELETE, "workspaces/{id}", WorkspaceServiceGrpc.getDeleteWorkspaceMethod()),
          tenancy(
              POST, "workspaces/{id}/suspend", WorkspaceServiceGrpc.getSuspendWorkspaceMethod()),
          tenancy(POST, "workspaces/{id}/resume", WorkspaceServiceGrpc.getResumeWorkspaceMethod()),
          tenancy(POST, "plans", PlanServiceGrpc.getCreatePlanMethod()),
          tenancy(GET, "plans", PlanServiceGrpc.getListPlansMethod()),
          tenancy(GET, "plans/{id}", PlanServiceGrpc.getGetPlanMethod()),
          tenancy(PATCH, "plans/{id}", PlanServiceGrpc.getUpdatePlanMethod()),
          tenancy(DELETE, "plans/{id}", PlanServiceGrpc.getDeletePlanMethod()));

  private Operations() {}

  private static Operation onKey(String verb, io.grpc.MethodDescriptor<?, ?> call) {
    return Operation.of(POST, "/api/v1/keys/{id}/" + verb, KEY_SERVICE, call);
  }

  /** A call about a key or a node, as it is about a key. */
  private static Operation ofKey(
      HttpMethod method, String path, io.grpc.MethodDescriptor<?, ?> call, String name) {
    return Operation.of(method, "/api/v1/keys/{key_id}/" + path, KEY_SERVICE, call)
        .without("node_id")
        .named(name);
  }

  /** The same, as it is about a node. */
  private static Operation ofNode(
      HttpMethod method, String path, io.grpc.MethodDescriptor<?, ?> call, String name) {
    return Operation.of(method, "/api/v1/nodes/{node_id}/" + path, KEY_SERVICE, call)
        .without("key_id")
        .named(name);
  }

  private static Operation tenancy(
      HttpMethod method, String path, io.grpc.MethodDescriptor<?, ?> call) {
    return Operation.of(method, "/api/v1/" + path, TENANT_SERVICE, call);
  }
}
