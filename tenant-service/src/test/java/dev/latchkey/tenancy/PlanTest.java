package dev.latchkey.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.latchkey.kit.access.Scopes;
import dev.latchkey.proto.tenancy.v1.NodeLevel;
import dev.latchkey.tenancy.testing.Api;
import dev.latchkey.tenancy.testing.Deployment;
import dev.latchkey.tenancy.testing.Refusal;
import dev.latchkey.tenancy.testing.Tree;
import io.grpc.Status;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PlanTest {
  @AutoClose private final Deployment deployment = new Deployment();
  private final Api operator = deployment.asOperator();

  private Message newPlan() {
    return operator.call("CreatePlan", "slug", Deployment.newSlug(), "api_access", true);
  }

  private Message defaultPlan() {
    return Tree.items(operator.send("ListPlans", Api.request("ListPlans").build())).stream()
        .filter(plan -> Api.text(plan, "slug").equals("default"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void defaultPlan_isThereFromTheStart_withApiAccess() {
    assertThat(Api.get(defaultPlan(), "api_access")).isEqualTo(true);
  }

  @Test
  void secondNode_findsTheDefaultPlan_andAddsNoOther() {
    deployment.startNode();

    assertThat(Tree.items(operator.send("ListPlans", Api.request("ListPlans").build())))
        .filteredOn(plan -> Api.text(plan, "slug").equals("default"))
        .hasSize(1);
  }

  @Test
  void organization_hasTheDefaultPlan_unlessItNamesAnother() {
    Message plan = newPlan();

    Message plain = operator.call("CreateOrganization", "slug", Deployment.newSlug());
    Message chosen =
        operator.call("CreateOrganization", "slug", Deployment.newSlug(), "plan_id", Api.id(plan));

    assertThat(Api.text(plain, "plan_id")).isEqualTo(Api.id(defaultPlan()));
    assertThat(Api.text(chosen, "plan_id")).isEqualTo(Api.id(plan));
  }

  @Test
  void planInUse_cannotBeDeleted_untilNoLiveOrganizationHasIt() {
    String plan = Api.id(newPlan());
    String organization =
        Api.id(operator.call("CreateOrganization", "slug", Deployment.newSlug(), "plan_id", plan));

    Refusal inUse = Refusal.of(() -> operator.call("DeletePlan", "id", plan));
    operator.call("DeleteOrganization", "id", organization);
    Message deleted = operator.call("DeletePlan", "id", plan);

    assertThat(inUse.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(inUse.reason()).isEqualTo("PLAN_IN_USE");
    assertThat(inUse.metadata()).containsEntry("plan_id", plan);
    assertThat(Api.has(deleted, "delete_time")).isTrue();
    assertThat(operator.call("GetPlan", "id", plan)).isEqualTo(deleted);
    assertThat(operator.call("DeletePlan", "id", plan)).isEqualTo(deleted);
  }

  @Test
  void defaultPlan_cannotBeDeleted() {
    String plan = Api.id(defaultPlan());

    Refusal refusal = Refusal.of(() -> operator.call("DeletePlan", "id", plan));

    assertThat(refusal.reason()).isEqualTo("PLAN_IN_USE");
  }

  @Test
  void unknownOrDeletedPlan_isNotFound_whereItIsNamed() {
    String deleted = Api.id(operator.call("DeletePlan", "id", Api.id(newPlan())));
    String organization = deployment.organization();

    for (String plan : new String[] {deleted, UUID.randomUUID().toString()}) {
      Refusal created =
          Refusal.of(
              () ->
                  operator.call(
                      "CreateOrganization", "slug", Deployment.newSlug(), "plan_id", plan));
      Refusal updated = Refusal.of(() -> changePlan(operator, organization, plan));

      assertThat(created.code()).isEqualTo(Status.Code.NOT_FOUND);
      assertThat(updated.code()).isEqualTo(Status.Code.NOT_FOUND);
      assertThat(updated.metadata()).containsEntry("resource_type", "plan");
    }
  }

  private static Message changePlan(Api api, String organization, String plan) {
    return api.call(
        "UpdateOrganization",
        "id",
        organization,
        "plan_id",
        plan,
        "update_mask",
        Api.mask("plan_id"));
  }

  @Test
  void planOfAnOrganization_isChangedByPlatformKeysOnly() {
    String organization = deployment.organization();
    String plan = Api.id(newPlan());
    Api owner =
        deployment.as(
            deployment
                .keys()
                .key(
                    NodeLevel.NODE_LEVEL_ORGANIZATION,
                    organization,
                    Scopes.TENANCY_READ,
                    Scopes.TENANCY_WRITE));

    Refusal refusal = Refusal.of(() -> changePlan(owner, organization, plan));
    Message changed = changePlan(operator, organization, plan);

    assertThat(refusal.reason()).isEqualTo("PLATFORM_KEY_REQUIRED");
    assertThat(Api.text(changed, "plan_id")).isEqualTo(plan);
  }

  @Test
  void update_changesWhatTheMaskNames_andMindsTheEtag() {
    Message plan = newPlan();

    Message changed =
        operator.call(
            "UpdatePlan",
            "id",
            Api.id(plan),
            "display_name",
            "Not taken",
            "api_access",
            false,
            "etag",
            Api.text(plan, "etag"),
            "update_mask",
            Api.mask("api_access"));
    Refusal stale =
        Refusal.of(
            () -> operator.call("DeletePlan", "id", Api.id(plan), "etag", Api.text(plan, "etag")));

    assertThat(Api.get(changed, "api_access")).isEqualTo(false);
    assertThat(Api.text(changed, "display_name")).isEqualTo(Api.text(plan, "display_name"));
    assertThat(stale.code()).isEqualTo(Status.Code.ABORTED);
  }

  @Test
  void takenSlug_isRefused_andFreeAgainAfterDeletion() {
    String slug = Deployment.newSlug();
    String first = Api.id(operator.call("CreatePlan", "slug", slug));

    Refusal taken = Refusal.of(() -> operator.call("CreatePlan", "slug", slug));
    operator.call("DeletePlan", "id", first);

    assertThat(taken.reason()).isEqualTo("SLUG_TAKEN");
    assertThat(Api.id(operator.call("CreatePlan", "slug", slug))).isNotEqualTo(first);
  }

  @Test
  void deletedPlan_cannotBeChanged() {
    String plan = Api.id(operator.call("DeletePlan", "id", Api.id(newPlan())));

    Refusal refusal =
        Refusal.of(
            () -> operator.call("UpdatePlan", "id", plan, "update_mask", Api.mask("api_access")));

    assertThat(refusal.reason()).isEqualTo("NODE_NOT_LIVE");
    assertThat(refusal.metadata()).containsEntry("resource_type", "plan");
  }
}
