package dev.latchkey.keys.authenticate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.keys.decision.KnownKey;
import dev.latchkey.keys.decision.Tenant;
import dev.latchkey.keys.hashing.KeyHash;
import dev.latchkey.keys.support.KnownKeys;
import dev.latchkey.keys.usage.UsageMeters;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is in its place is found by its whole hash, and by nothing else. */
final class KeyTableTest {
  private static final KeyHash HASH = new KeyHash(1, 2, 3, 4);

  private final KeyTable table = new KeyTable(1_000);

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
  void ofTwoKeysWithOnePlace_theLaterIsThere() {
    Lookup.Found first = key(HASH);
    Lookup.Found second = key(new KeyHash(5, 2 + (1L << 40), 7, 8));
    table.put(first);
    table.put(second);
    assertThat(table.get(first.hash())).isNull();
    assertThat(table.get(second.hash())).isSameAs(second);

    table.remove(first);
    assertThat(table.get(second.hash())).as("another took its place").isSameAs(second);
    table.clear();
    assertThat(table.get(second.hash())).isNull();
  }

  @Test
  void theSmallestAndTheLargest_havePlaces() {
    for (int keys : new int[] {1, 2, 3, 1_023, 1_024, 1_025}) {
      KeyTable some = new KeyTable(keys);
      for (int i = 0; i < 5_000; i++) {
        Lookup.Found key = key(new KeyHash(i, i * 0x9E37_79B9_7F4A_7C15L, i, i));
        some.put(key);
        assertThat(some.get(key.hash())).isSameAs(key);
      }
    }
  }
}
