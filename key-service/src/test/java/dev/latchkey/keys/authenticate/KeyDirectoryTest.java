package dev.latchkey.keys.authenticate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.keys.decision.Validity;
import dev.latchkey.keys.format.KeyFormat;
import dev.latchkey.keys.format.KeyText;
import dev.latchkey.keys.format.Mode;
import dev.latchkey.keys.hashing.KeyHash;
import dev.latchkey.keys.hashing.KeyHasher;
import dev.latchkey.keys.issuing.KeyMaker;
import dev.latchkey.keys.store.KeyStore;
import dev.latchkey.keys.store.StoredKey;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.kit.database.Transactions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the directory holds in memory never outlives a change of the database. */
final class KeyDirectoryTest {
  private static RunningKeyService service;
  private static KeyDirectory directory;
  private static KeyMaker maker;
  private static Transactions transactions;

  @BeforeAll
  static void start() {
    service = new RunningKeyService();
    directory = service.host().context().getBean(KeyDirectory.class);
    maker = service.host().context().getBean(KeyMaker.class);
    transactions = service.host().context().getBean(Transactions.class);
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private static KeyText text() {
    return maker.text(KeyFormat.DEFAULT, Mode.LIVE, Optional.empty());
  }

  private static StoredKey stored(KeyText text) {
    StoredKey key = maker.platformKey(text, "key", List.of());
    transactions.change(connection -> KeyStore.insert(connection, key));
    return key;
  }

  private static boolean isRevoked(Lookup lookup) {
    return lookup instanceof Lookup.Found found
        && found.validity().stored() == Validity.Switch.REVOKED;
  }

  @Test
  void anUnknownHash_isRemembered_andForgottenTheMomentItsKeyIsMade() {
    for (int i = 0; i < 100; i++) {
      KeyText text = text();
      KeyHash hash = KeyHasher.hash(text.secret());
      assertThat(directory.find(hash).join()).isInstanceOf(Lookup.Unknown.class);
      assertThat(directory.ifPresent(hash)).isInstanceOf(Lookup.Unknown.class);

      stored(text);
      directory.forget(hash);

      assertThat(directory.find(hash).join()).isInstanceOf(Lookup.Found.class);
    }
  }

  /** However a key is found in memory, it is gone from there once the cache has thrown it out. */
  @Test
  void noMoreKeysThanMayBe_areInMemory_andNoneOnceAllAreForgotten() {
    int most = 1_000;
    try (RunningKeyService small =
        new RunningKeyService(Map.of("LATCHKEY_CACHED_KEYS", Integer.toString(most)))) {
      KeyDirectory few = small.host().context().getBean(KeyDirectory.class);
      KeyMaker maker = small.host().context().getBean(KeyMaker.class);
      List<StoredKey> keys = new ArrayList<>();
      for (int i = 0; i < 3 * most; i++) {
        KeyText text = maker.text(KeyFormat.DEFAULT, Mode.LIVE, Optional.empty());
        keys.add(maker.platformKey(text, "key", List.of()));
      }
      small
          .host()
          .context()
          .getBean(Transactions.class)
          .change(connection -> keys.forEach(key -> KeyStore.insert(connection, key)));
      keys.forEach(key -> few.find(key.hash()).join());

      assertThat(inMemory(few, keys)).isBetween(most / 2L, (long) most);
      few.forgetAll();
      assertThat(inMemory(few, keys)).isZero();
    }
  }

  private static long inMemory(KeyDirectory directory, List<StoredKey> keys) {
    return keys.stream()
        .filter(key -> directory.ifPresent(key.hash()) instanceof Lookup.Found)
        .count();
  }

  /** One query in 10 ms, whoever asks; and none waits for long: a single text is nobody's flood. */
  @Test
  void textsThatAreNoKeys_waitTogether_andKeysDoNot() {
    int texts = 20;
    StoredKey key = stored(text());
    assertThat(directory.find(key.hash()).join()).isInstanceOf(Lookup.Found.class);
    long fastest = Long.MAX_VALUE;
    for (int i = 0; i < texts; i++) {
      directory.forget(key.hash());
      fastest = Math.min(fastest, nanos(() -> directory.find(key.hash())));
    }
    long all = 0;
    for (int i = 0; i < texts; i++) {
      KeyHash unknown = KeyHasher.hash(text().secret());
      all += nanos(() -> directory.find(unknown));
    }

    assertThat(Duration.ofNanos(fastest)).as("a key").isLessThan(Duration.ofMillis(10));
    assertThat(Duration.ofNanos(all))
        .as("%d texts, one after the other", texts)
        .isGreaterThan(Duration.ofMillis(5L * texts));
  }

  private static long nanos(Supplier<CompletableFuture<Lookup>> find) {
    long start = System.nanoTime();
    Lookup _ = find.get().join();
    return System.nanoTime() - start;
  }

  @Test
  void manyWhoAskForTheSameHashAtOnce_getOneReading() {
    KeyHash hash = stored(text()).hash();
    List<CompletableFuture<Lookup>> asked = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      asked.add(directory.find(hash));
    }
    Lookup first = asked.getFirst().join();
    assertThat(asked).allSatisfy(each -> assertThat(each.join()).isSameAs(first));
  }

  /**
   * Readers load a key again and again while it is revoked. Once forget has returned, no reading
   * that began before the commit may come back from memory.
   */
  @Test
  void aReadingThatBeganBeforeTheRevocation_isNeverLeftInMemory() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < 300; round++) {
        StoredKey key = stored(text());
        List<Future<?>> readers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          readers.add(
              threads.submit(
                  () -> {
                    for (int j = 0; j < 5; j++) {
                      directory.find(key.hash()).join();
                      directory.forget(key.hash());
                    }
                  }));
        }
        StoredKey revoked =
            key.change(Instant.now()).revoked(StoredKey.Revocation.Reason.OTHER, "").build();
        transactions.change(connection -> KeyStore.update(connection, revoked));
        directory.forget(key.hash());
        assertThat(isRevoked(directory.find(key.hash()).join())).isTrue();
        for (Future<?> reader : readers) {
          reader.get();
        }
        assertThat(isRevoked(directory.find(key.hash()).join())).isTrue();
      }
    }
  }
}
