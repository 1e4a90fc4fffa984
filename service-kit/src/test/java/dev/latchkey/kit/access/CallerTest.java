package dev.latchkey.kit.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.proto.access.v1.AccessRule;
import dev.latchkey.proto.errors.v1.ErrorReason;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class CallerTest {
  private static final UUID ORGANIZATION = UUID.randomUUID();
  private static final UUID PROJECT = UUID.randomUUID();
  private static final UUID ENVIRONMENT = UUID.randomUUID();
  private static final UUID BESIDE = UUID.randomUUID();

  private static final List<UUID> AT_ORGANIZATION = List.of(ORGANIZATION);
  private static final List<UUID> AT_PROJECT = List.of(ORGANIZATION, PROJECT);
  private static final List<UUID> AT_ENVIRONMENT = List.of(ORGANIZATION, PROJECT, ENVIRONMENT);
  private static final List<UUID> AT_BESIDE = List.of(ORGANIZATION, BESIDE);

  private static Caller boundTo(UUID node) {
    return new Caller(UUID.randomUUID(), Optional.of(node), Set.of(Scopes.TENANCY_READ));
  }

  private static Owner owner(Map<UUID, Role> roles) {
    return new Owner(UUID.randomUUID(), roles);
  }

  private static ErrorReason reason(Runnable call) {
    ApiException refusal = catchThrowableOfType(ApiException.class, call::run);
    return refusal == null ? ErrorReason.ERROR_REASON_UNSPECIFIED : refusal.reason();
  }

  @Test
  void roleAtANode_isTheHighestOfThoseAtItAndAbove() {
    Owner owner =
        owner(Map.of(ORGANIZATION, Role.MEMBER, PROJECT, Role.VIEWER, ENVIRONMENT, Role.ADMIN));

    assertThat(owner.roleAt(AT_ORGANIZATION)).contains(Role.MEMBER);
    assertThat(owner.roleAt(AT_PROJECT)).contains(Role.MEMBER);
    assertThat(owner.roleAt(AT_ENVIRONMENT)).contains(Role.ADMIN);
    assertThat(owner.roleAt(AT_BESIDE)).contains(Role.MEMBER);
  }

  @Test
  void roleBelowANode_doesNotHoldAtIt() {
    Owner owner = owner(Map.of(ENVIRONMENT, Role.OWNER));

    assertThat(owner.roleAt(AT_PROJECT)).isEmpty();
    assertThat(owner.roleAt(List.of())).isEmpty();
  }

  @Test
  void rolesOfAnOwner_areACopy() {
    Map<UUID, Role> roles = new HashMap<>(Map.of(PROJECT, Role.VIEWER));
    Owner owner = owner(roles);

    roles.put(ORGANIZATION, Role.OWNER);

    assertThat(owner.roleAt(AT_PROJECT)).contains(Role.VIEWER);
  }

  @Test
  void serviceKey_reachesWhatIsAtOrBelowItsNode_andNeedsNoRole() {
    Caller caller = boundTo(PROJECT).needing(Role.OWNER);

    assertThat(caller.reaches(AT_PROJECT)).isTrue();
    assertThat(caller.reaches(AT_ENVIRONMENT)).isTrue();
    assertThat(caller.reaches(AT_ORGANIZATION)).isFalse();
    assertThat(caller.reaches(AT_BESIDE)).isFalse();
    assertThat(caller.hasRole(Role.OWNER, AT_PROJECT)).isTrue();
    caller.requireReach(AT_ENVIRONMENT, "environment", ENVIRONMENT);
  }

  @Test
  void membersKey_reachesWhatBothItsNodeAndItsOwnersRolesReach() {
    Caller caller =
        boundTo(PROJECT).withOwner(owner(Map.of(ENVIRONMENT, Role.OWNER, BESIDE, Role.OWNER)));

    assertThat(caller.reaches(AT_ENVIRONMENT)).isTrue();
    assertThat(caller.reaches(AT_PROJECT)).isFalse();
    assertThat(caller.reaches(AT_BESIDE)).isFalse();
  }

  @Test
  void whatACallerDoesNotReach_doesNotExistForIt_whateverTheCallNeeds() {
    Caller caller =
        boundTo(ORGANIZATION).withOwner(owner(Map.of(PROJECT, Role.VIEWER))).needing(Role.OWNER);

    assertThat(reason(() -> caller.requireReach(AT_BESIDE, "project", BESIDE)))
        .isEqualTo(ErrorReason.ERROR_REASON_RESOURCE_NOT_FOUND);
    assertThat(reason(() -> caller.requireReach(AT_PROJECT, "project", PROJECT)))
        .isEqualTo(ErrorReason.ERROR_REASON_ROLE_INSUFFICIENT);
  }

  @Test
  void roleThatACallNeeds_isLookedForAtTheNodeInQuestion() {
    Caller caller =
        boundTo(ORGANIZATION)
            .withOwner(owner(Map.of(ORGANIZATION, Role.MEMBER, PROJECT, Role.ADMIN)))
            .needing(Role.ADMIN);

    caller.requireReach(AT_PROJECT, "project", PROJECT);
    caller.requireReach(AT_ENVIRONMENT, "environment", ENVIRONMENT);
    assertThatThrownBy(() -> caller.requireReach(AT_BESIDE, "project", BESIDE))
        .isInstanceOfSatisfying(
            ApiException.class,
            refusal -> {
              assertThat(refusal.reason()).isEqualTo(ErrorReason.ERROR_REASON_ROLE_INSUFFICIENT);
              assertThat(refusal.metadata()).isEqualTo(Map.of("required_role", "ADMIN"));
            });
  }

  @Test
  void membersKey_isNeverOneOfThePlatform() {
    Caller service = new Caller(UUID.randomUUID(), Optional.empty(), Set.of(Scopes.TENANCY_READ));
    Caller member = service.withOwner(owner(Map.of(ORGANIZATION, Role.OWNER)));
    AccessRule rule =
        AccessRule.newBuilder().setRequiredScope(Scopes.TENANCY_READ).setPlatformOnly(true).build();

    assertThat(service.isPlatform()).isTrue();
    assertThat(member.isPlatform()).isFalse();
    assertThat(reason(() -> ManagementInterceptor.require(service, rule)))
        .isEqualTo(ErrorReason.ERROR_REASON_UNSPECIFIED);
    assertThat(reason(() -> ManagementInterceptor.require(member, rule)))
        .isEqualTo(ErrorReason.ERROR_REASON_PLATFORM_KEY_REQUIRED);
  }

  @Test
  void otherLimits_stayWhenACallerGetsAnOwnerAndACall() {
    Caller caller = boundTo(PROJECT);
    Owner owner = owner(Map.of(PROJECT, Role.MEMBER));

    Caller member = caller.withOwner(owner).needing(Role.MEMBER);

    assertThat(member)
        .isEqualTo(
            new Caller(
                caller.keyId(),
                caller.node(),
                caller.scopes(),
                caller.allowedNetworks(),
                caller.resources(),
                Optional.of(owner),
                Role.MEMBER));
  }
}
