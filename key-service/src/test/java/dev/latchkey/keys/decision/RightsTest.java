package dev.latchkey.keys.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.kit.access.Owner;
import dev.latchkey.kit.access.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Rights against a reference that works everything out from scratch, one scope at a time. */
final class RightsTest {
  private static final List<String> NAMES =
      List.of("a:read", "a:write", "a:b:read", "b:read", "b:write", "c");
  private static final List<String> GRANTS =
      List.of("a:read", "a:*", "a:b:*", "b:read", "b:*", "c", "d", "*", "latchkey.keys:read");
  private static final List<UUID> IDS =
      List.of(new UUID(0, 1), new UUID(0, 2), new UUID(0, 3), new UUID(0, 4));

  /** One random situation. */
  record Situation(
      int depth,
      @Nullable Map<String, Role> catalogue,
      Map<String, List<String>> roles,
      List<String> granted,
      List<String> named,
      @Nullable Map<UUID, Role> owner) {}

  private static Situation random(Random random) {
    Map<String, Role> catalogue = random.nextInt(3) == 0 ? null : new HashMap<>();
    if (catalogue != null) {
      some(random, NAMES).forEach(name -> catalogue.put(name, role(random)));
    }
    Map<String, List<String>> roles = new HashMap<>();
    some(random, List.of("one", "two")).forEach(name -> roles.put(name, some(random, GRANTS)));
    Map<UUID, Role> owner = random.nextInt(3) == 0 ? null : new HashMap<>();
    if (owner != null) {
      some(random, IDS).forEach(id -> owner.put(id, role(random)));
    }
    return new Situation(
        1 + random.nextInt(4),
        catalogue,
        roles,
        some(random, GRANTS),
        some(random, List.of("one", "two", "gone")),
        owner);
  }

  private static Role role(Random random) {
    return List.of(Role.values()).get(random.nextInt(Role.values().length));
  }

  private static <T> List<T> some(Random random, List<T> of) {
    return of.stream().filter(each -> random.nextInt(5) < 2).toList();
  }

  private static Tenant tenant(Situation situation) {
    return new Tenant(
        node(situation, 0),
        node(situation, 1),
        node(situation, 2),
        node(situation, 3),
        Tenant.Standing.ACTIVE,
        Long.MAX_VALUE,
        true,
        situation.depth() > 1
            ? new ScopePolicy(situation.catalogue(), situation.roles())
            : ScopePolicy.NONE,
        List.of(),
        List.of());
  }

  private static Tenant.@Nullable Node node(Situation situation, int i) {
    return i < situation.depth() ? new Tenant.Node(IDS.get(i), "n" + i, "N" + i) : null;
  }

  private static Rights rights(Situation situation) {
    Tenant tenant = tenant(situation);
    Map<UUID, Role> granted = situation.owner();
    Owner owner = granted == null ? null : new Owner(new UUID(9, 9), granted);
    return new RightsSource(
            situation.granted(),
            situation.named(),
            () -> tenant,
            owner == null ? null : () -> owner)
        .current();
  }

  /** The owner's role at the key's node, by going down the tree. */
  private static @Nullable Role referenceRole(Situation situation) {
    Role highest = null;
    Map<UUID, Role> owner = situation.owner();
    for (int i = 0; owner != null && i < situation.depth(); i++) {
      Role here = owner.get(IDS.get(i));
      if (here != null && (highest == null || here.compareTo(highest) > 0)) {
        highest = here;
      }
    }
    return highest;
  }

  private static boolean referenceHolds(Situation situation, String scope) {
    boolean inProject = situation.depth() > 1;
    List<String> texts = new ArrayList<>(situation.granted());
    for (String name : situation.named()) {
      for (String text :
          inProject ? situation.roles().getOrDefault(name, List.of()) : List.<String>of()) {
        if (!text.startsWith("latchkey.")) {
          texts.add(text);
        }
      }
    }
    if (scope.startsWith("latchkey.")) {
      return texts.contains(scope);
    }
    boolean covered = false;
    for (String text : texts) {
      covered |=
          text.equals(scope)
              || (text.endsWith("*") && scope.startsWith(text.substring(0, text.length() - 1)));
    }
    Map<String, Role> catalogue = inProject ? situation.catalogue() : null;
    if (!covered || (catalogue != null && !catalogue.containsKey(scope))) {
      return false;
    }
    Role minimum = catalogue == null ? Role.MEMBER : catalogue.getOrDefault(scope, Role.OWNER);
    Role role = referenceRole(situation);
    return situation.owner() == null || (role != null && role.compareTo(minimum) >= 0);
  }

  @Test
  void anySituation_comesOutAsTheReferenceSays() {
    Random random = new Random(20261121);
    List<String> asked = new ArrayList<>(NAMES);
    asked.add("d");
    asked.add("e:other");
    asked.add("latchkey.keys:read");
    asked.add("latchkey.keys:write");
    int held = 0;
    for (int i = 0; i < 20_000; i++) {
      Situation situation = random(random);
      Rights rights = rights(situation);

      assertThat(rights.role()).isEqualTo(referenceRole(situation));
      boolean out = situation.owner() != null && referenceRole(situation) == null;
      assertThat(rights.ownerIsOut()).isEqualTo(out);
      for (String scope : asked) {
        boolean expected = !out && referenceHolds(situation, scope);
        held += expected ? 1 : 0;
        assertThat(rights.scopes().hold(scope))
            .as("%s of %s", scope, situation)
            .isEqualTo(expected);
      }
      for (String text : rights.scopes().texts()) {
        if (situation.depth() > 1 && situation.catalogue() != null) {
          assertThat(
                  asked.stream()
                      .anyMatch(scope -> covers(text, scope) && rights.scopes().hold(scope)))
              .as("%s still covers something in %s", text, situation)
              .isTrue();
        }
      }
    }
    assertThat(held).as("the situations are no trivial ones").isBetween(20_000, 180_000);
  }

  private static boolean covers(String text, String scope) {
    return text.equals(scope)
        || (text.endsWith("*") && scope.startsWith(text.substring(0, text.length() - 1)));
  }

  @Test
  void rightsAreTheSameObject_untilTheTenancyOrTheOwnerIsAnother() {
    Situation situation = new Situation(2, null, Map.of(), List.of("a:read"), List.of(), Map.of());
    AtomicReference<Tenant> tenant = new AtomicReference<>(tenant(situation));
    AtomicReference<Owner> owner =
        new AtomicReference<>(new Owner(new UUID(9, 9), Map.of(IDS.get(1), Role.MEMBER)));
    RightsSource source = new RightsSource(List.of("a:read"), List.of(), tenant::get, owner::get);

    Rights first = source.current();
    assertThat(source.current()).isSameAs(first);
    owner.set(new Owner(new UUID(9, 9), Map.of(IDS.get(1), Role.VIEWER)));
    Rights second = source.current();
    assertThat(second.scopes().texts()).isEmpty();
    tenant.set(tenant(situation));
    assertThat(source.current()).isNotSameAs(second);
    assertThat(source.current()).isSameAs(source.current());
  }
}
