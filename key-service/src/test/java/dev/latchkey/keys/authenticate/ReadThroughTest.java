package dev.latchkey.keys.authenticate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.keys.KeyServiceSettings;
import dev.latchkey.keys.decision.Validity;
import dev.latchkey.keys.feed.Pulse;
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
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.proto.errors.v1.ErrorReason;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A directory whose log falls silent, by a time of the test's own, on a real database. */
final class ReadThroughTest {
  private static final Duration WINDOW = Duration.ofSeconds(5);
  private static final Duration GRACE = Duration.ofSeconds(60);

  private static RunningKeyService service;
  private static KeyMaker maker;
  private static Transactions transactions;

  private final AtomicLong now = new AtomicLong(1_000);
  private final Pulse pulse = new Pulse(now::get);
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private KeyLoader loader;
  private KeyDirectory directory;

  @BeforeAll
  static void start() {
    service = new RunningKeyService();
    maker = service.host().context().getBean(KeyMaker.class);
    transactions = service.host().context().getBean(Transactions.class);
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @BeforeEach
  void open() {
    KeyServiceSettings settings = service.host().context().getBean(KeyServiceSettings.class);
    TrustWindow trust = new TrustWindow(pulse, now::get, new TrustSettings(WINDOW, GRACE));
    LookupMetrics counted = new LookupMetrics(metrics, trust);
    KeyReader reader = service.host().context().getBean(KeyReader.class);
    loader = new KeyLoader(reader, trust, counted, settings);
    loader.start();
    directory = new KeyDirectory(loader, trust, counted, settings);
    pulse.heard(now.get());
  }

  @AfterEach
  void close() {
    loader.stop();
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  private static StoredKey stored() {
    KeyText text = maker.text(KeyFormat.DEFAULT, Mode.LIVE, Optional.empty());
    StoredKey key = maker.platformKey(text, "key", List.of());
    transactions.change(connection -> KeyStore.insert(connection, key));
    return key;
  }

  private static KeyHash unknown() {
    return KeyHasher.hash(maker.text(KeyFormat.DEFAULT, Mode.LIVE, Optional.empty()).secret());
  }

  private static void revokeBehindTheScenes(StoredKey key) {
    StoredKey revoked =
        key.change(Instant.now()).revoked(StoredKey.Revocation.Reason.OTHER, "").build();
    transactions.change(connection -> KeyStore.update(connection, revoked));
  }

  private boolean isRevoked(KeyHash hash) {
    return directory.find(hash).join() instanceof Lookup.Found found
        && found.validity().stored() == Validity.Switch.REVOKED;
  }

  private void assertUnavailable(KeyHash hash) {
    assertThatThrownBy(() -> directory.find(hash).join())
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            ApiException.class,
            refusal ->
                assertThat(refusal.reason())
                    .isEqualTo(ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE));
  }

  private double count(String name) {
    return metrics.get(name).functionCounter().count();
  }

  @Test
  void aKeyRevokedWhileTheLogIsSilent_isRevokedHere_onceTheWindowIsOver() {
    StoredKey key = stored();
    assertThat(isRevoked(key.hash())).isFalse();
    revokeBehindTheScenes(key);

    pass(WINDOW);
    assertThat(isRevoked(key.hash())).as("within the window").isFalse();
    pass(Duration.ofMillis(1));

    assertThat(directory.ifPresent(key.hash())).as("what is trusted").isNull();
    assertThat(isRevoked(key.hash())).isTrue();
    assertThat(count("latchkey.keys.read.throughs")).isEqualTo(1);
  }

  @Test
  void databaseLost_knownKeysGoOnForTheGrace_andNobodyIsCalledUnknown() {
    KeyHash known = stored().hash();
    KeyHash strange = unknown();
    assertThat(directory.find(known).join()).isInstanceOf(Lookup.Found.class);
    assertThat(directory.find(strange).join()).isInstanceOf(Lookup.Unknown.class);
    pulse.lost();
    assertThat(directory.find(strange).join()).isInstanceOf(Lookup.Unknown.class);
    assertUnavailable(unknown());

    pass(WINDOW.plusMillis(1));
    assertThat(directory.find(known).join()).isInstanceOf(Lookup.Found.class);
    assertUnavailable(strange);

    pass(GRACE.minusMillis(1));
    assertThat(directory.find(known).join()).isInstanceOf(Lookup.Found.class);
    pass(Duration.ofMillis(1));
    assertUnavailable(known);

    pulse.heard(now.get());
    assertThat(directory.ifPresent(known)).isInstanceOf(Lookup.Found.class);
    assertThat(directory.find(unknown()).join()).isInstanceOf(Lookup.Unknown.class);
  }

  @Test
  void silentAndNotAnswering_knownKeysGoOn_withoutBeingReadAgainForASecond() throws SQLException {
    KeyHash known = stored().hash();
    directory.find(known).join();
    pass(WINDOW.plusMillis(1));
    try (Connection other = service.database();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("LOCK TABLE api_key IN ACCESS EXCLUSIVE MODE");
      double queries = count("latchkey.keys.lookup.queries");
      assertThat(directory.find(known).join()).isInstanceOf(Lookup.Found.class);
      for (int i = 0; i < 100; i++) {
        assertThat(directory.find(known).join()).isInstanceOf(Lookup.Found.class);
        assertUnavailable(unknown());
      }
      assertThat(count("latchkey.keys.lookup.queries") - queries)
          .as("queries; none if the reader did not get to the first before nobody waited for it")
          .isLessThanOrEqualTo(1);
      other.rollback();
    }
  }

  @Test
  void manyWhoReadThrough_areReadTogether_andNotAgainAtOnce() {
    List<KeyHash> hashes = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      hashes.add(stored().hash());
    }
    findAll(hashes);
    pass(WINDOW.plusMillis(1));
    double before = count("latchkey.keys.lookup.queries");
    findAll(hashes);
    double after = count("latchkey.keys.lookup.queries");
    assertThat(after - before).isBetween(1.0, 100.0);
    findAll(hashes);
    assertThat(count("latchkey.keys.lookup.queries")).isEqualTo(after);
  }

  private void findAll(List<KeyHash> hashes) {
    List<CompletableFuture<Lookup>> found = hashes.stream().map(directory::find).toList();
    found.forEach(each -> assertThat(each.join()).isInstanceOf(Lookup.Found.class));
  }

  @Test
  void aFloodOfUnknownHashes_costsFewQueries_andLeavesKnownKeysInMemory() {
    KeyHash known = stored().hash();
    directory.find(known).join();
    int flood = 60_000;
    List<CompletableFuture<Lookup>> asked = new ArrayList<>(flood);
    for (int i = 0; i < flood; i++) {
      asked.add(directory.find(new KeyHash(i, i * 31L, 7, 7)));
      assertThat(directory.ifPresent(known)).isInstanceOf(Lookup.Found.class);
    }
    long refused =
        asked.stream()
            .filter(each -> each.handle((lookup, failure) -> failure != null).join())
            .count();

    assertThat(refused).as("beyond what may wait").isPositive();
    assertThat(count("latchkey.keys.lookup.queries")).isLessThan(flood / 10.0);
    assertThat(directory.size()).isEqualTo(1);
    directory.find(unknown()).join();
    assertThat(directory.unknownSize()).isLessThanOrEqualTo(21_000);
  }
}
