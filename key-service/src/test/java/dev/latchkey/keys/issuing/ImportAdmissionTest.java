package dev.latchkey.keys.issuing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.keys.support.Conditions;
import dev.latchkey.keys.support.ImportClient;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.keys.support.StandInTenancy;
import dev.latchkey.keys.tenancy.TenancyModel;
import dev.latchkey.kit.access.Role;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.errors.v1.ErrorReason;
import dev.latchkey.proto.keys.v1.Allowed;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.keys.v1.ImportResult;
import dev.latchkey.proto.keys.v1.ImportedKey;
import dev.latchkey.proto.tenancy.v1.Ceilings;
import dev.latchkey.proto.tenancy.v1.KeyRole;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What an import makes of owners, roles and ceilings. */
final class ImportAdmissionTest {
  private static RunningKeyService service;
  private static StandInTenancy.Branch acme;
  private static String organization;
  private static String node;

  @BeforeAll
  static void start() {
    service = new RunningKeyService();
    acme = service.tenancy().branch("acme");
    organization = acme.organization().getId();
    node = acme.environment().getId();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private static ImportedKey.Builder item(String nodeId) {
    return ImportedKey.newBuilder()
        .setPlainText("foreign-" + UUID.randomUUID())
        .setNodeId(nodeId)
        .setName("from elsewhere");
  }

  private static ErrorReason reason(ImportResult result) {
    return result.getError().getReason();
  }

  @Test
  void keyOfAMember_actsForThem_andStopsWithThem() {
    String user = service.member(organization, node, Role.MEMBER);
    ImportedKey wanted = item(node).setOwnerUserId(user).addScopes("files:read").build();

    ImportResult result = ImportClient.once(service, wanted).getFirst();

    Allowed allowed = service.authenticate(wanted.getPlainText()).getAllowed();
    assertThat(allowed.getKey().getId()).isEqualTo(result.getKeyId());
    assertThat(allowed.getKey().getOwnerUserId()).isEqualTo(user);
    service.tenancy().revoke(user, node);
    Conditions.await(
        "stopped",
        () -> service.denial(wanted.getPlainText()) == DenialReason.DENIAL_REASON_OWNER_INACTIVE);
  }

  @Test
  void ownerWhoIsNoMember_orNobody_isRefused_andStopsNoOtherItem() {
    String viewer = service.member(organization, node, Role.VIEWER);
    String elsewhere =
        service.tenancy().user(service.tenancy().branch("other").organization().getId()).getId();

    List<ImportResult> results =
        ImportClient.once(
            service,
            item(node).setOwnerUserId(viewer).build(),
            item(node).setOwnerUserId(elsewhere).build(),
            item(node).build());

    assertThat(reason(results.get(0))).isEqualTo(ErrorReason.ERROR_REASON_USER_NOT_MEMBER);
    assertThat(reason(results.get(1))).isEqualTo(ErrorReason.ERROR_REASON_RESOURCE_NOT_FOUND);
    assertThat(results.get(2).getKeyId()).isNotEmpty();
  }

  @Test
  void memberWhoImports_needsToBeAdmin_andNamesNobodyElse() {
    String admin = service.member(organization, node, Role.ADMIN);
    String member = service.member(organization, node, Role.MEMBER);
    Secret ofAdmin = service.memberKey(admin, node, "latchkey.keys:write");
    Secret ofMember = service.memberKey(member, node, "latchkey.keys:write");

    List<ImportResult> byAdmin =
        ImportClient.once(
            service,
            ofAdmin,
            item(node).build(),
            item(node).setOwnerUserId(admin).build(),
            item(node).setOwnerUserId(member).build());
    List<ImportResult> byMember = ImportClient.once(service, ofMember, item(node).build());

    assertThat(byAdmin.subList(0, 2)).allMatch(ImportResult::hasKeyId);
    assertThat(byAdmin.get(2).getError().getFieldViolations(0).getField())
        .isEqualTo("owner_user_id");
    assertThat(reason(byMember.getFirst())).isEqualTo(ErrorReason.ERROR_REASON_ROLE_INSUFFICIENT);
  }

  @Test
  void keyRoles_areThoseOfTheProject() {
    StandInTenancy.Branch branch = service.tenancy().branch("roles");
    String project = branch.project().getId();
    service
        .tenancy()
        .put(
            branch
                .project()
                .clone()
                .addKeyRoles(KeyRole.newBuilder().setName("reader").addScopes("files:read"))
                .build());
    TenancyModel model = service.host().context().getBean(TenancyModel.class);
    Conditions.await(
        "the role",
        () ->
            model.require(UUID.fromString(project)).current().scopes().role("reader").isPresent());
    ImportedKey wanted = item(project).addRoles("reader").build();

    List<ImportResult> results =
        ImportClient.once(service, wanted, item(project).addRoles("writer").build());

    assertThat(service.authenticate(wanted.getPlainText()).getAllowed().getKey().getScopesList())
        .containsExactly("files:read");
    assertThat(results.get(1).getError().getFieldViolations(0).getField()).isEqualTo("roles[0]");
  }

  @Test
  void atTheCeiling_asManyAsFit_comeIn() {
    StandInTenancy.Branch branch = service.tenancy().branch("full");
    service
        .tenancy()
        .put(branch.plan().toBuilder().setCeilings(Ceilings.newBuilder().setKeys(5)).build());
    TenancyModel model = service.host().context().getBean(TenancyModel.class);
    UUID organizationId = UUID.fromString(branch.organization().getId());
    Conditions.await(
        "the ceiling", () -> model.require(organizationId).keyCeiling().equals(OptionalLong.of(5)));
    var _ = service.create(branch.project().getId());

    List<ImportResult> results =
        ImportClient.once(
            service,
            IntStream.range(0, 10)
                .mapToObj(i -> item(branch.project().getId()).build())
                .toArray(ImportedKey[]::new));

    assertThat(results.subList(0, 4)).allMatch(ImportResult::hasKeyId);
    assertThat(results.subList(4, 10))
        .extracting(ImportAdmissionTest::reason)
        .containsOnly(ErrorReason.ERROR_REASON_PLAN_CEILING_REACHED);
  }
}
