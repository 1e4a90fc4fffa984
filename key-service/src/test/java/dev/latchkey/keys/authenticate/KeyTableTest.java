package dev.latchkey.keys.authenticate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.keys.decision.KnownKey;
import dev.latchkey.keys.decision.Tenant;
import dev.latchkey.keys.hashing.KeyHash;
import dev.latchkey.keys.support.KnownKeys;
import dev.latchkey.keys.usage.UsageMeters;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is in its place is found by its whole hash, and by nothing else. */
final class KeyTableTest {
  private static final KeyHash HASH = new KeyHash(1, 2, 3, 4);

  private final KeyTable table = new KeyTable();

  private static Lookup.Found key(KeyHash hash) {
    KnownKey key = KnownKeys.of(UUID.randomUUID(), Tenant.PLATFORM, List.of());
    return new Lookup.Found(
        0,
        hash,
        key,
        List.of(),
        new CommonAnswer(key.terms()),
        new byte[0],
        Optional.empty(),
        new UsageMeters());
  }

  @Test
  void aKey_isFoundByItsWholeHash() {
    Lookup.Found key = key(HASH);
    table.put(key);

    assertThat(table.get(new KeyHash(1, 2, 3, 4))).isSameAs(key);
    assertThat(key.hash()).isEqualTo(HASH);
    for (KeyHash other :
        List.of(
            new KeyHash(9, 2, 3, 4),
            new KeyHash(1, 9, 3, 4),
            new KeyHash(1, 2, 9, 4),
            new KeyHash(1, 2, 3, 9),
            new KeyHash(1, 2 + (1L << 40), 3, 4))) {
      assertThat(table.get(other)).isNull();
      table.remove(other);
    }
    assertThat(table.get(HASH)).as("removed by its own hash only").isSameAs(key);
    table.remove(HASH);
    assertThat(table.get(HASH)).isNull();
  }

  @Test
  void ofThreeKeysWithTwoPlaces_theLastIsThere_andOneMore() {
    Lookup.Found first = key(HASH);
    Lookup.Found second = key(new KeyHash(5, 2 + (1L << 40), 7, 8));
    Lookup.Found third = key(new KeyHash(5, 2 + (1L << 41), 7, 8));
    table.put(first);
    table.put(second);
    assertThat(table.get(first.hash())).isSameAs(first);
    assertThat(table.get(second.hash())).isSameAs(second);

    table.put(third);
    assertThat(table.get(first.hash())).isNull();
    assertThat(table.get(second.hash())).isSameAs(second);
    assertThat(table.get(third.hash())).isSameAs(third);

    table.remove(first);
    assertThat(table.get(third.hash())).as("another took its place").isSameAs(third);
    table.clear();
    assertThat(table.get(third.hash())).isNull();
  }

  @Test
  void ofAHash_theKeyThatWasPutLastIsThere_andNoOther() {
    Lookup.Found neighbour = key(new KeyHash(5, 2 + (1L << 40), 7, 8));
    Lookup.Found before = key(HASH);
    Lookup.Found after = key(HASH);
    table.put(neighbour);
    table.put(before);
    table.remove(neighbour);
    table.put(after);
    assertThat(table.get(HASH)).isSameAs(after);

    table.remove(before);
    assertThat(table.get(HASH)).isSameAs(after);
    table.remove(HASH);
    assertThat(table.get(HASH)).as("nowhere else either").isNull();
  }

  @Test
  void itGrowsWithItsKeys_andKeepsThemAll_thatHavePlacesOfTheirOwn() {
    List<Lookup.Found> keys = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      keys.add(key(new KeyHash(i, i, i, i)));
    }
    keys.forEach(table::put);
    assertThat(keys).allMatch(key -> key.equals(table.get(key.hash())));

    keys.forEach(key -> table.remove(key.hash()));
    assertThat(keys).allMatch(key -> table.get(key.hash()) == null);
  }

  @Test
  void ofManyKeys_mostAreInTheirPlace() {
    Random random = new Random(1);
    List<Lookup.Found> keys = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      keys.add(
          key(
              new KeyHash(
                  random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong())));
    }
    keys.forEach(table::put);
    assertThat(keys.stream().filter(key -> key.equals(table.get(key.hash()))).count())
        .isGreaterThan(85_000);
  }
}
