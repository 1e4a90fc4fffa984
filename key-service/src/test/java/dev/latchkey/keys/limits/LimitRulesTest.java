package dev.latchkey.keys.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.keys.decision.ScopePolicy;
import dev.latchkey.keys.decision.SetLimits;
import dev.latchkey.keys.decision.Tenant;
import dev.latchkey.keys.support.KnownKeys;
import dev.latchkey.kit.limits.RateLimit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Which limits hold: against a reading of rate_limit.proto that is as plain as can be. */
final class LimitRulesTest {
  private static final List<String> NAMES = List.of("data", "management", "search");

  private final Random random = new Random(20261121);

  /** The places from the key upward: the key, up to four nodes, the plan. */
  private record Place(UUID id, boolean plan, List<RateLimit> limits) {}

  @Test
  void randomTrees_resolveAsTheProtoSays() {
    for (int round = 0; round < 2_000; round++) {
      List<Place> places = places(1 + random.nextInt(4));
      LimitRules rules = rules(places);
      for (String name : NAMES) {
        // By their texts, which tell amounts apart.
        assertThat(rules.named(name))
            .extracting(AppliedLimit::toString)
            .as("round %d, %s of %s", round, name, places)
            .containsExactlyInAnyOrderElementsOf(reference(places, name));
      }
    }
  }

  private List<Place> places(int nodes) {
    List<Place> places = new ArrayList<>();
    places.add(new Place(id(), false, limits(false)));
    for (int i = 0; i < nodes; i++) {
      places.add(new Place(id(), false, limits(true)));
    }
    places.add(new Place(places.getLast().id(), true, limits(true)));
    return places;
  }

  private UUID id() {
    return new UUID(random.nextLong(), random.nextLong());
  }

  private List<RateLimit> limits(boolean mayShare) {
    List<RateLimit> limits = new ArrayList<>();
    for (String name : NAMES) {
      for (boolean shared : mayShare ? new boolean[] {false, true} : new boolean[] {false}) {
        if (random.nextInt(3) == 0) {
          limits.add(new RateLimit(name, 1 + random.nextInt(9), Duration.ofSeconds(1), 0, shared));
        }
      }
    }
    return limits;
  }

  private static LimitRules rules(List<Place> places) {
    List<SetLimits> above = new ArrayList<>();
    for (Place place : places.subList(1, places.size())) {
      if (!place.limits().isEmpty()) {
        above.add(new SetLimits(place.id(), place.plan(), place.limits()));
      }
    }
    Tenant tenant =
        new Tenant(
            null,
            null,
            null,
            null,
            Tenant.Standing.ACTIVE,
            Long.MAX_VALUE,
            true,
            ScopePolicy.NONE,
            List.of(),
            above);
    return LimitRules.of(
        KnownKeys.of(places.getFirst().id(), tenant, places.getFirst().limits()), tenant);
  }

  private static Set<String> reference(List<Place> places, String name) {
    Set<String> expected = new HashSet<>();
    UUID key = places.getFirst().id();
    boolean found = false;
    for (Place place : places) {
      for (RateLimit limit : place.limits()) {
        if (!limit.name().equals(name)) {
          continue;
        }
        if (limit.shared()) {
          AppliedLimit.Scope scope =
              place.plan() ? AppliedLimit.Scope.PLAN : AppliedLimit.Scope.NODE;
          expected.add(new AppliedLimit(limit, scope, place.id()).toString());
        } else if (!found) {
          expected.add(new AppliedLimit(limit, AppliedLimit.Scope.KEY, key).toString());
          found = true;
        }
      }
    }
    return expected;
  }
}
