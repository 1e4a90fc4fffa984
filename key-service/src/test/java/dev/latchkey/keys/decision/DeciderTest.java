package dev.latchkey.keys.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.keys.format.Mode;
import dev.latchkey.keys.resource.Resource;
import dev.latchkey.keys.resource.ResourceGrants;
import dev.latchkey.kit.access.Owner;
import dev.latchkey.kit.access.Role;
import dev.latchkey.kit.net.AllowedNetworks;
import dev.latchkey.kit.net.FixedAddress;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The order of the checks is a contract: of everything that is wrong, the first in it answers. */
final class DeciderTest {
  private static final long NOW = 1_000_000;
  private static final UUID ID = new UUID(1, 2);
  private static final UUID OWNER = new UUID(3, 4);

  /** Everything that can be wrong, in the order of the contract. */
  enum Flaw {
    REVOKED,
    EXPIRED,
    DISABLED,
    DEACTIVATED,
    NOT_YET_VALID,
    TENANT_DELETED,
    TENANT_SUSPENDED,
    OWNER_INACTIVE,
    API_ACCESS_DENIED,
    CLIENT_NETWORK_NOT_ALLOWED,
    INSUFFICIENT_SCOPE,
    RESOURCE_NOT_GRANTED;

    /** The reason it is denied with: a member's key is stopped for its owner in two places. */
    String reason() {
      return this == DEACTIVATED ? OWNER_INACTIVE.name() : name();
    }
  }

  private static Decision decide(List<Flaw> flaws) {
    Validity.Switch stored =
        flaws.contains(Flaw.REVOKED)
            ? Validity.Switch.REVOKED
            : flaws.contains(Flaw.DISABLED) ? Validity.Switch.DISABLED : Validity.Switch.ACTIVE;
    Validity validity =
        new Validity(
            stored,
            flaws.contains(Flaw.DEACTIVATED),
            flaws.contains(Flaw.NOT_YET_VALID) ? NOW + 1 : NOW,
            flaws.contains(Flaw.EXPIRED) ? NOW : NOW + 1);
    Tenant.Standing standing =
        flaws.contains(Flaw.TENANT_DELETED)
            ? Tenant.Standing.DELETED
            : flaws.contains(Flaw.TENANT_SUSPENDED)
                ? Tenant.Standing.SUSPENDED
                : Tenant.Standing.ACTIVE;
    Tenant tenant =
        new Tenant(
            new Tenant.Node(ID, "acme", "Acme"),
            null,
            null,
            null,
            standing,
            Long.MAX_VALUE,
            !flaws.contains(Flaw.API_ACCESS_DENIED),
            ScopePolicy.NONE,
            List.of(AllowedNetworks.of(List.of("10.0.0.0/8"))),
            List.of());
    Demand demand =
        new PlainDemand(
            ScopeRequirement.of(flaws.contains(Flaw.INSUFFICIENT_SCOPE) ? "b:read" : "a:read"),
            Resource.parse(flaws.contains(Flaw.RESOURCE_NOT_GRANTED) ? "folder:/b" : "folder:/a")
                .orElseThrow(),
            address(flaws.contains(Flaw.CLIENT_NETWORK_NOT_ALLOWED) ? "192.0.2.1" : "10.1.2.3"));
    Owner owner =
        new Owner(OWNER, flaws.contains(Flaw.OWNER_INACTIVE) ? Map.of() : Map.of(ID, Role.MEMBER));
    return Decider.decide(key(validity, tenant, () -> owner), demand, NOW);
  }

  private static FixedAddress address(String text) {
    return FixedAddress.of(InetAddress.ofLiteral(text));
  }

  private static KnownKey key(Validity validity, Tenant tenant) {
    return key(validity, tenant, null);
  }

  private static KnownKey key(Validity validity, Tenant tenant, @Nullable OwnerSource owner) {
    return new PlainKey(
        ID,
        validity,
        new KeyTerms(
            Optional.of(ID),
            Mode.LIVE,
            "mk_live_",
            List.of(),
            AllowedNetworks.ALL,
            ResourceGrants.of(List.of("folder:/a")),
            List.of(),
            new RightsSource(List.of("a:read"), List.of(), () -> tenant, owner)));
  }

  static List<List<Flaw>> allCombinations() {
    List<List<Flaw>> all = new ArrayList<>();
    Flaw[] flaws = Flaw.values();
    for (int bits = 1; bits < 1 << flaws.length; bits++) {
      List<Flaw> some = new ArrayList<>();
      for (int i = 0; i < flaws.length; i++) {
        if ((bits & 1 << i) != 0) {
          some.add(flaws[i]);
        }
      }
      all.add(some);
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("allCombinations")
  void ofAllThatIsWrong_theFirstInTheOrderAnswers(List<Flaw> flaws) {
    Decision decision = decide(flaws);

    assertThat(decision).isInstanceOf(Decision.Denied.class);
    Decision.Denied denied = (Decision.Denied) decision;
    assertThat(denied.reason().name()).isEqualTo(flaws.getFirst().reason());
    assertThat(denied.keyId()).contains(ID);
  }

  @Test
  void aKeyWithNothingWrong_isAllowed_withItsTenant() {
    Decision decision = decide(List.of());

    assertThat(decision).isInstanceOf(Rights.class);
    assertThat(((Rights) decision).tenant().organization())
        .isEqualTo(new Tenant.Node(ID, "acme", "Acme"));
  }

  @Test
  void environmentsTime_stopsKeysFromItsFirstMillisecond() {
    Tenant tenant =
        new Tenant(
            null,
            null,
            null,
            null,
            Tenant.Standing.ACTIVE,
            NOW,
            true,
            ScopePolicy.NONE,
            List.of(),
            List.of());
    Validity forever = new Validity(Validity.Switch.ACTIVE, false, Long.MIN_VALUE, Long.MAX_VALUE);

    assertThat(Decider.decide(key(forever, tenant), PlainDemand.NOTHING, NOW - 1))
        .isInstanceOf(Rights.class);
    assertThat(Decider.decide(key(forever, tenant), PlainDemand.NOTHING, NOW))
        .isEqualTo(Decision.denied(DenialReason.TENANT_DELETED, key(forever, tenant)));
  }

  private static EffectiveScopes held(String... scopes) {
    return EffectiveScopes.of(List.of(scopes));
  }

  @Test
  void missingScopes_areNamed() {
    ScopeRequirement required =
        ScopeRequirement.of(List.of("a:read", "b:read"), List.of("c:read", "d:read"));

    assertThat(required.missingFrom(held("a:read"))).containsExactly("b:read", "c:read", "d:read");
    assertThat(required.missingFrom(held("a:*", "b:read", "d:read"))).isEmpty();
    assertThat(required.isMetBy(held("*"))).isTrue();
    assertThat(ScopeRequirement.of("latchkey.keys:read").isMetBy(held("*", "latchkey.*")))
        .as("no wildcard covers a reserved scope")
        .isFalse();
  }

  @Test
  void unknownAddress_passesNoRestriction_ofTheKeyOrOfAnyNode() {
    Validity forever = new Validity(Validity.Switch.ACTIVE, false, Long.MIN_VALUE, Long.MAX_VALUE);
    Tenant restricted =
        new Tenant(
            null,
            null,
            null,
            null,
            Tenant.Standing.ACTIVE,
            Long.MAX_VALUE,
            true,
            ScopePolicy.NONE,
            List.of(
                AllowedNetworks.of(List.of("10.0.0.0/8")),
                AllowedNetworks.of(List.of("10.1.0.0/16", "2001:db8::/32"))),
            List.of());

    assertThat(Decider.decide(key(forever, restricted), PlainDemand.NOTHING, NOW))
        .isEqualTo(
            Decision.denied(DenialReason.CLIENT_NETWORK_NOT_ALLOWED, key(forever, restricted)));
    assertThat(restricted.allows(address("10.1.2.3"))).isTrue();
    assertThat(restricted.allows(address("10.2.2.3"))).as("every list must allow").isFalse();
    assertThat(restricted.allows(address("2001:db8::1"))).isFalse();
  }
}
