package dev.latchkey.harness.access;

import dev.latchkey.proto.access.v1.Role;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What one call needs, as DESIGN says it: written down here once more, apart from the rules beside
 * the calls, so that a rule that is changed by mistake is noticed.
 *
 * @param scope the management scope
 * @param role the least role of a member's key
 * @param target what the call is about
 */
record Needs(String scope, Role role, Target target) {
  /** What a call is about, which decides what those read who may not see it. */
  enum Target {
    /** A node, or what belongs to one: does not exist for those who do not reach it. */
    NODE,
    /** A key that is not the member's own: does not exist for members below ADMIN. */
    KEY,
    /** Nothing in particular: everybody with the scope gets an answer, on what is theirs. */
    NOTHING,
    /** The deployment: for keys of the platform. */
    PLATFORM
  }

  private static final String TABLE =
      """
      keys.AuthenticationService  Authenticate        keys:authenticate ADMIN  NOTHING
      keys.AuthenticationService  AuthenticateBatch   keys:authenticate ADMIN  NOTHING
      keys.AuthenticationService  AuthenticateStream  keys:authenticate ADMIN  NOTHING
      keys.InvalidationService    WatchInvalidations  keys:authenticate ADMIN  NOTHING
      keys.KeyService             CreateKey           keys:write        MEMBER NODE
      keys.KeyService             GetKey              keys:read         VIEWER KEY
      keys.KeyService             ListKeys            keys:read         VIEWER NODE
      keys.KeyService             UpdateKey           keys:write        MEMBER KEY
      keys.KeyService             RotateKey           keys:write        MEMBER KEY
      keys.KeyService             DisableKey          keys:write        MEMBER KEY
      keys.KeyService             EnableKey           keys:write        MEMBER KEY
      keys.KeyService             RevokeKey           keys:write        MEMBER KEY
      keys.CreditService          GetCredits          keys:read         VIEWER KEY
      keys.CreditService          SetCredits          keys:write        ADMIN  KEY
      keys.CreditService          AddCredits          keys:write        ADMIN  KEY
      keys.CreditService          RemoveCredits       keys:write        ADMIN  KEY
      keys.UsageService           QueryUsage          usage:read        VIEWER KEY
      keys.UsageService           ListKeyUsage        usage:read        VIEWER NODE
      keys.UsageService           ListClientAddresses usage:read        VIEWER KEY
      keys.AuditService           ListAuditEvents     audit:read        ADMIN  NODE
      keys.ImportService          ImportKeys          keys:write        ADMIN  NODE
      keys.LeakService            ReportLeakedKey     keys:report       ADMIN  NOTHING
      keys.LeakService            RevokeHeldKey       keys:report       ADMIN  NOTHING
      tenancy.OrganizationService CreateOrganization  tenancy:write     OWNER  PLATFORM
      tenancy.OrganizationService GetOrganization     tenancy:read      VIEWER NODE
      tenancy.OrganizationService ListOrganizations   tenancy:read      VIEWER NOTHING
      tenancy.OrganizationService UpdateOrganization  tenancy:write     ADMIN  NODE
      tenancy.OrganizationService SuspendOrganization tenancy:write     OWNER  PLATFORM
      tenancy.OrganizationService ResumeOrganization  tenancy:write     OWNER  PLATFORM
      tenancy.OrganizationService DeleteOrganization  tenancy:write     OWNER  NODE
      tenancy.ProjectService      CreateProject       tenancy:write     ADMIN  NODE
      tenancy.ProjectService      GetProject          tenancy:read      VIEWER NODE
      tenancy.ProjectService      ListProjects        tenancy:read      VIEWER NODE
      tenancy.ProjectService      UpdateProject       tenancy:write     ADMIN  NODE
      tenancy.ProjectService      SuspendProject      tenancy:write     ADMIN  NODE
      tenancy.ProjectService      ResumeProject       tenancy:write     ADMIN  NODE
      tenancy.ProjectService      DeleteProject       tenancy:write     ADMIN  NODE
      tenancy.EnvironmentService  CreateEnvironment   tenancy:write     ADMIN  NODE
      tenancy.EnvironmentService  GetEnvironment      tenancy:read      VIEWER NODE
      tenancy.EnvironmentService  ListEnvironments    tenancy:read      VIEWER NODE
      tenancy.EnvironmentService  UpdateEnvironment   tenancy:write     ADMIN  NODE
      tenancy.EnvironmentService  SuspendEnvironment  tenancy:write     ADMIN  NODE
      tenancy.EnvironmentService  ResumeEnvironment   tenancy:write     ADMIN  NODE
      tenancy.EnvironmentService  DeleteEnvironment   tenancy:write     ADMIN  NODE
      tenancy.WorkspaceService    CreateWorkspace     tenancy:write     ADMIN  NODE
      tenancy.WorkspaceService    GetWorkspace        tenancy:read      VIEWER NODE
      tenancy.WorkspaceService    ListWorkspaces      tenancy:read      VIEWER NODE
      tenancy.WorkspaceService    UpdateWorkspace     tenancy:write     ADMIN  NODE
      tenancy.WorkspaceService    SuspendWorkspace    tenancy:write     ADMIN  NODE
      tenancy.WorkspaceService    ResumeWorkspace     tenancy:write     ADMIN  NODE
      tenancy.WorkspaceService    DeleteWorkspace     tenancy:write     ADMIN  NODE
      tenancy.PlanService         CreatePlan          tenancy:write     OWNER  PLATFORM
      tenancy.PlanService         GetPlan             tenancy:read      VIEWER NOTHING
      tenancy.PlanService         ListPlans           tenancy:read      VIEWER NOTHING
      tenancy.PlanService         UpdatePlan          tenancy:write     OWNER  PLATFORM
      tenancy.PlanService         DeletePlan          tenancy:write     OWNER  PLATFORM
      tenancy.UserService         CreateUser          members:write     ADMIN  NODE
      tenancy.UserService         GetUser             tenancy:read      VIEWER NODE
      tenancy.UserService         ListUsers           tenancy:read      VIEWER NODE
      tenancy.UserService         UpdateUser          members:write     ADMIN  NODE
      tenancy.UserService         DeleteUser          members:write     ADMIN  NODE
      tenancy.MembershipService   GrantRole           members:write     ADMIN  NODE
      tenancy.MembershipService   RevokeRole          members:write     ADMIN  NODE
      tenancy.MembershipService   ListMemberships     tenancy:read      VIEWER NODE
      tenancy.MembershipService   ListAccess          tenancy:read      VIEWER NODE
      tenancy.AuditService        ListAuditEvents     audit:read        ADMIN  NODE
      tenancy.TenancyWatchService Watch               tenancy:read      OWNER  PLATFORM
      tenancy.TenancyWatchService Snapshot            tenancy:read      OWNER  PLATFORM
      tenancy.TenancyWatchService GetLineage          tenancy:read      OWNER  PLATFORM
      """;

  /** By full method name. */
  static final Map<String, Needs> OF_CALLS =
      TABLE
          .lines()
          .map(line -> line.trim().split(" +"))
          .collect(
              Collectors.toMap(
                  columns ->
                      "latchkey.%s/%s".formatted(columns[0].replace(".", ".v1."), columns[1]),
                  columns ->
                      new Needs(
                          "latchkey." + columns[2],
                          Role.valueOf("ROLE_" + columns[3]),
                          Target.valueOf(columns[4]))));

  /** What a call needs; a call without a row fails the test. */
  static Needs of(String fullMethodName) {
    Needs needs = OF_CALLS.get(fullMethodName);
    if (needs == null) {
      throw new AssertionError("the matrix has no row for " + fullMethodName);
    }
    return needs;
  }
}
