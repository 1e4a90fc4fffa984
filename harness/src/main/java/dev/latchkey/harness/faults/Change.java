package dev.latchkey.harness.faults;

import com.google.protobuf.FieldMask;
import dev.latchkey.harness.platform.Clients;
import dev.latchkey.proto.access.v1.Role;
import dev.latchkey.proto.keys.v1.DisableKeyRequest;
import dev.latchkey.proto.keys.v1.RevocationReason;
import dev.latchkey.proto.keys.v1.RevokeKeyRequest;
import dev.latchkey.proto.keys.v1.UpdateKeyRequest;
import dev.latchkey.proto.tenancy.v1.CreatePlanRequest;
import dev.latchkey.proto.tenancy.v1.CreateUserRequest;
import dev.latchkey.proto.tenancy.v1.DeleteEnvironmentRequest;
import dev.latchkey.proto.tenancy.v1.GrantRoleRequest;
import dev.latchkey.proto.tenancy.v1.RevokeRoleRequest;
import dev.latchkey.proto.tenancy.v1.SuspendEnvironmentRequest;
import dev.latchkey.proto.tenancy.v1.UpdateOrganizationRequest;

/** Everything that turns a good key into one that is refused. */
enum Change {
  REVOKE {
    @Override
    Prepared prepare(Clients via, Ground ground) {
      TrackedKey key = ground.key();
      return new Prepared(key, () -> revoke(via, key));
    }
  },
  DISABLE {
    @Override
    Prepared prepare(Clients via, Ground ground) {
      TrackedKey key = ground.key();
      return new Prepared(key, () -> disable(via, key));
    }
  },
  REMOVE_SCOPE {
    @Override
    Prepared prepare(Clients via, Ground ground) {
      TrackedKey key = ground.key();
      return new Prepared(key, () -> removeScope(via, key));
    }
  },
  SUSPEND {
    @Override
    Prepared prepare(Clients via, Ground ground) {
      String environment = newEnvironment(via);
      return new Prepared(
          Ground.key(via, environment, request -> request),
          () -> {
            var _ =
                via.environments()
                    .suspendEnvironment(
                        SuspendEnvironmentRequest.newBuilder().setId(environment).build());
          });
    }
  },
  DELETE_ENVIRONMENT {
    @Override
    Prepared prepare(Clients via, Ground ground) {
      String environment = newEnvironment(via);
      return new Prepared(
          Ground.key(via, environment, request -> request),
          () -> {
            var _ =
                via.environments()
                    .deleteEnvironment(
                        DeleteEnvironmentRequest.newBuilder().setId(environment).build());
          });
    }
  },
  REMOVE_MEMBER {
    @Override
    Prepared prepare(Clients via, Ground ground) {
      String organization = Ground.organization(via);
      String project = Ground.project(organization, via);
      String user =
          via.users()
              .createUser(
                  CreateUserRequest.newBuilder()
                      .setOrganizationId(organization)
                      .setEmail(Ground.slug() + "@example.com")
                      .build())
              .getUser()
              .getId();
      var _ =
          via.memberships()
              .grantRole(
                  GrantRoleRequest.newBuilder()
                      .setNodeId(project)
                      .setUserId(user)
                      .setRole(Role.ROLE_MEMBER)
                      .build());
      return new Prepared(
          Ground.key(via, project, request -> request.setOwnerUserId(user)),
          () -> {
            var _ =
                via.memberships()
                    .revokeRole(
                        RevokeRoleRequest.newBuilder().setNodeId(project).setUserId(user).build());
          });
    }
  },
  DOWNGRADE_PLAN {
    @Override
    Prepared prepare(Clients via, Ground ground) {
      String plan =
          via.plans()
              .createPlan(
                  CreatePlanRequest.newBuilder().setSlug(Ground.slug()).setApiAccess(false).build())
              .getPlan()
              .getId();
      String organization = Ground.organization(via);
      String project = Ground.project(organization, via);
      return new Prepared(
          Ground.key(via, project, request -> request),
          () -> {
            var _ =
                via.organizations()
                    .updateOrganization(
                        UpdateOrganizationRequest.newBuilder()
                            .setId(organization)
                            .setPlanId(plan)
                            .setUpdateMask(FieldMask.newBuilder().addPaths("plan_id"))
                            .build());
          });
    }
  };

  /**
   * A good key, and what ends it.
   *
   * @param end the call of management; returns once it is acknowledged
   */
  record Prepared(TrackedKey key, Runnable end) {
    /** Ends it, and has the truth know. */
    void run() {
      key.changing();
      end.run();
      key.denied();
    }
  }

  /**
   * Makes a key of its own, and whatever else the change needs.
   *
   * @param via whose key-service node takes the change
   */
  abstract Prepared prepare(Clients via, Ground ground);

  static void revoke(Clients via, TrackedKey key) {
    var _ =
        via.keys()
            .revokeKey(
                RevokeKeyRequest.newBuilder()
                    .setId(key.id())
                    .setReason(RevocationReason.REVOCATION_REASON_UNUSED)
                    .build());
  }

  static void disable(Clients via, TrackedKey key) {
    var _ = via.keys().disableKey(DisableKeyRequest.newBuilder().setId(key.id()).build());
  }

  static void removeScope(Clients via, TrackedKey key) {
    var _ =
        via.keys()
            .updateKey(
                UpdateKeyRequest.newBuilder()
                    .setId(key.id())
                    .setUpdateMask(FieldMask.newBuilder().addPaths("scopes"))
                    .build());
  }

  private static String newEnvironment(Clients via) {
    return Ground.environment(Ground.project(Ground.organization(via), via), via);
  }
}
