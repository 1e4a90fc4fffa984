package dev.latchkey.kit.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.proto.access.v1.AccessRule;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class RoleTest {
  private static final Map<String, Role> LEAST =
      Map.of(
          Scopes.TENANCY_READ, Role.VIEWER,
          Scopes.KEYS_READ, Role.VIEWER,
          Scopes.USAGE_READ, Role.VIEWER,
          Scopes.KEYS_WRITE, Role.MEMBER,
          Scopes.TENANCY_WRITE, Role.ADMIN,
          Scopes.MEMBERS_WRITE, Role.ADMIN,
          Scopes.AUDIT_READ, Role.ADMIN,
          Scopes.KEYS_AUTHENTICATE, Role.ADMIN,
          Scopes.KEYS_REPORT, Role.ADMIN);

  @ParameterizedTest
  @CsvSource({
    "VIEWER, VIEWER, true",
    "VIEWER, MEMBER, false",
    "MEMBER, VIEWER, true",
    "MEMBER, ADMIN, false",
    "ADMIN, MEMBER, true",
    "ADMIN, OWNER, false",
    "OWNER, ADMIN, true",
    "OWNER, VIEWER, true"
  })
  void role_mayDoWhatThoseBeforeItMay(Role role, Role other, boolean includes) {
    assertThat(role.includes(other)).isEqualTo(includes);
    assertThat(role.or(other)).isEqualTo(includes ? role : other);
    assertThat(other.or(role)).isEqualTo(includes ? role : other);
  }

  @Test
  void everyScopeOfLatchkeysOwn_hasALeastRole() {
    assertThat(LEAST.keySet()).isEqualTo(Scopes.RESERVED);
    LEAST.forEach((scope, role) -> assertThat(Role.leastFor(scope)).as(scope).isEqualTo(role));
  }

  @Test
  void scopeThatIsNotKnown_isForAdmins() {
    assertThat(Role.leastFor("latchkey.keys:explode")).isEqualTo(Role.ADMIN);
  }

  @Test
  void ruleOfACall_raisesTheLeastRole_andNeverLowersIt() {
    assertThat(Role.leastFor(rule(Scopes.TENANCY_WRITE, null))).isEqualTo(Role.ADMIN);
    assertThat(Role.leastFor(rule(Scopes.TENANCY_WRITE, Role.OWNER))).isEqualTo(Role.OWNER);
    assertThat(Role.leastFor(rule(Scopes.TENANCY_WRITE, Role.VIEWER))).isEqualTo(Role.ADMIN);
    assertThat(Role.leastFor(rule(Scopes.KEYS_READ, Role.ADMIN))).isEqualTo(Role.ADMIN);
  }

  private static AccessRule rule(String scope, @org.jspecify.annotations.Nullable Role minimum) {
    AccessRule.Builder rule = AccessRule.newBuilder().setRequiredScope(scope);
    return minimum == null ? rule.build() : rule.setMinimumRole(minimum.toMessage()).build();
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void role_isTheSameAfterTheWire(Role role) {
    assertThat(Role.of(role.toMessage())).contains(role);
  }

  @Test
  void everyRoleOfTheWire_isKnown_butNoneAndOneYetToCome() {
    for (dev.latchkey.proto.access.v1.Role role : dev.latchkey.proto.access.v1.Role.values()) {
      switch (role) {
        case ROLE_UNSPECIFIED, UNRECOGNIZED -> assertThat(Role.of(role)).isEmpty();
        default -> assertThat(Role.of(role).map(Role::toMessage)).as("%s", role).contains(role);
      }
    }
  }
}
