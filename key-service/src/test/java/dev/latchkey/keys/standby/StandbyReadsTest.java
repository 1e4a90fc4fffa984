package dev.latchkey.keys.standby;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.keys.feed.FeedPosition;
import dev.latchkey.keys.feed.KeyChange;
import dev.latchkey.keys.feed.Pulses;
import dev.latchkey.keys.hashing.KeyHash;
import dev.latchkey.keys.limits.NanoTime;
import dev.latchkey.keys.support.Conditions;
import dev.latchkey.keys.support.DatabaseProxy;
import dev.latchkey.keys.support.PostgresServer;
import dev.latchkey.kit.database.Database;
import dev.latchkey.kit.database.DatabaseSettings;
import dev.latchkey.kit.database.Sql;
import dev.latchkey.kit.errors.ApiException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is read from a streaming standby is never older than what the node has heard. */
class StandbyReadsTest {
  private static final KeyHash KEY = KeyHash.ofHex("aa".repeat(32));
  private static final KeyHash LATER = KeyHash.ofHex("bb".repeat(32));
  private static final KeyHash NONE = KeyHash.ofHex("cc".repeat(32));

  private static PostgresServer primary;
  private static PostgresServer standby;
  private DatabaseProxy proxy;
  private Database database;
  private SimpleMeterRegistry metrics;
  private Pulses pulses;
  private StandbyGate gate;
  private KeyReads reads;

  @BeforeAll
  static void startServers() {
    primary = PostgresServer.create(Map.of("fsync", "off"));
    primary.execute(
        "postgres",
        "CREATE ROLE latchkey LOGIN",
        "CREATE DATABASE keys OWNER latchkey",
        "GRANT pg_read_all_stats TO latchkey");
    standby = primary.standby();
  }

  @AfterAll
  static void stopServers() {
    if (standby != null) {
      standby.close();
    }
    if (primary != null) {
      primary.close();
    }
  }

  @BeforeEach
  void start() {
    proxy = new DatabaseProxy(primary.url("keys"));
    database =
        Database.open(
            new DatabaseSettings(
                "keys",
                Optional.of(proxy.url()),
                "latchkey",
                Optional.empty(),
                Path.of("unused"),
                4));
    primary.execute(
        "keys",
        "DROP TABLE IF EXISTS known",
        "CREATE TABLE known (hash bytea PRIMARY KEY, state text)",
        "GRANT SELECT ON known TO latchkey");
    insert(KEY);
    metrics = new SimpleMeterRegistry();
    pulses = new Pulses();
    gate = new StandbyGate();
    reads =
        new KeyReads(
            database.lookups(),
            () -> database,
            new StandbySettings(Optional.of(standby.url("keys"))),
            gate,
            pulses,
            metrics);
  }

  @AfterEach
  void stop() {
    standby.execute("keys", "SELECT pg_wal_replay_resume()");
    reads.stop();
    database.close();
    proxy.close();
  }

  private static void insert(KeyHash hash) {
    primary.execute("keys", "INSERT INTO known VALUES (%s, 'ACTIVE')".formatted(literal(hash)));
  }

  private static void revoke(KeyHash hash) {
    primary.execute("keys", "UPDATE known SET state = 'REVOKED' WHERE hash = " + literal(hash));
  }

  private static String literal(KeyHash hash) {
    return "'\\x%s'".formatted(java.util.HexFormat.of().formatHex(hash.bytes()));
  }

  private static FeedPosition position() {
    return new FeedPosition(
        primary.value("keys", "SELECT left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)"),
        primary.value("keys", "SELECT pg_current_snapshot()"),
        primary.value("keys", "SELECT pg_current_wal_insert_lsn()"));
  }

  /** The log was read, and said that some keys changed. */
  private FeedPosition hear(KeyHash... changed) {
    FeedPosition position = position();
    gate.beforeRead(position);
    List<KeyChange> changes =
        changed.length == 0
            ? List.of()
            : List.of(new KeyChange(Set.of(), Set.of(changed), Set.of(), false, false));
    gate.onRead(changes, position);
    pulses.keys().heard(NanoTime.SYSTEM.now());
    return position;
  }

  private static void awaitReplay() {
    String lsn = primary.value("keys", "SELECT pg_current_wal_flush_lsn()");
    Conditions.await(
        "the standby has caught up",
        () ->
            standby
                .value("keys", "SELECT pg_last_wal_replay_lsn() >= '%s'".formatted(lsn))
                .equals("t"));
  }

  private static Map<KeyHash, String> states(Connection in, Collection<KeyHash> hashes) {
    return hashes.stream()
        .flatMap(
            hash ->
                Sql.list(
                    in,
                    "SELECT state FROM known WHERE hash = ?",
                    row -> Map.entry(hash, row.getString("state")),
                    hash.bytes())
                    .stream())
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private Map<KeyHash, String> read(KeyHash hash) {
    return reads.read(List.of(hash), StandbyReadsTest::states);
  }

  private double answersOf(String server) {
    return metrics.get("latchkey.keys.database.reads").tag("server", server).counter().count();
  }

  @Test
  void aStandbyThatHasReplayedWhatWasHeard_isRead_andNotBeforeTheLogWasRead() {
    awaitReplay();
    pulses.keys().heard(NanoTime.SYSTEM.now());
    assertThat(read(KEY)).containsEntry(KEY, "ACTIVE");
    assertThat(answersOf("standby")).isZero();

    hear();
    awaitReplay();
    assertThat(read(KEY)).containsEntry(KEY, "ACTIVE");
    assertThat(answersOf("standby")).isEqualTo(1);
    assertThat(answersOf("primary")).isEqualTo(1);
  }

  @Test
  void aRevokedKey_isNeverAnsweredFromAStandbyThatLags() {
    hear();
    awaitReplay();
    standby.execute("keys", "SELECT pg_wal_replay_pause()");
    revoke(KEY);
    hear(KEY);
    assertThat(standby.value("keys", "SELECT state FROM known"))
        .as("what it would answer without the gate")
        .isEqualTo("ACTIVE");
    assertThat(read(KEY)).containsEntry(KEY, "REVOKED");
    hear();
    assertThat(read(KEY)).as("a reading without news asks no less").containsEntry(KEY, "REVOKED");
    assertThat(answersOf("standby")).isZero();

    standby.execute("keys", "SELECT pg_wal_replay_resume()");
    awaitReplay();
    pulses.keys().heard(NanoTime.SYSTEM.now());
    assertThat(read(KEY)).containsEntry(KEY, "REVOKED");
    assertThat(answersOf("standby")).isEqualTo(1);
  }

  @Test
  void whatIsAboutToHoldInMemory_isAskedOfTheStandbyBeforeItHolds() {
    hear();
    awaitReplay();
    standby.execute("keys", "SELECT pg_wal_replay_pause()");
    revoke(KEY);
    gate.beforeRead(position());
    assertThat(read(KEY)).containsEntry(KEY, "REVOKED");
  }

  @Test
  void afterACommitOfItsOwn_theStandbyWaitsForTwoReadings() {
    hear();
    awaitReplay();
    standby.execute("keys", "SELECT pg_wal_replay_pause()");
    FeedPosition underWay = position();
    gate.beforeRead(underWay);
    revoke(KEY);
    gate.committedHere();
    gate.onRead(List.of(), underWay);
    assertThat(read(KEY)).as("that reading began before").containsEntry(KEY, "REVOKED");
    hear();
    assertThat(read(KEY)).as("it lags behind this one").containsEntry(KEY, "REVOKED");
    standby.execute("keys", "SELECT pg_wal_replay_resume()");
    awaitReplay();
    pulses.keys().heard(NanoTime.SYSTEM.now());
    assertThat(read(KEY)).containsEntry(KEY, "REVOKED");
    assertThat(answersOf("standby")).isEqualTo(1);
  }

  @Test
  void aKeyThatTheStandbyDoesNotKnow_isConfirmedOnThePrimary() {
    hear();
    awaitReplay();
    standby.execute("keys", "SELECT pg_wal_replay_pause()");
    insert(LATER);
    pulses.keys().heard(NanoTime.SYSTEM.now());
    assertThat(read(LATER)).containsEntry(LATER, "ACTIVE");
    assertThat(answersOf("primary")).isEqualTo(1);
    assertThat(read(NONE)).isEmpty();
    assertThat(answersOf("primary")).isEqualTo(2);
  }

  @Test
  void aStandbyOfAnotherTimeline_isNotRead() {
    FeedPosition heard = hear();
    gate.onGap(new FeedPosition("00000002", heard.snapshot(), heard.lsn()));
    awaitReplay();
    assertThat(read(KEY)).containsEntry(KEY, "ACTIVE");
    assertThat(answersOf("standby")).isZero();
  }

  @Test
  void whileThePrimaryIsLost_theStandbyAnswersKnownKeys_andUnknownOnesAreNotDenied() {
    hear();
    awaitReplay();
    proxy.close();
    assertThat(read(KEY)).containsEntry(KEY, "ACTIVE");
    pulses.keys().lost();
    assertThat(read(KEY)).containsEntry(KEY, "ACTIVE");
    assertThatThrownBy(() -> read(NONE)).isInstanceOf(ApiException.class);

    standby.execute("keys", "SELECT pg_wal_replay_pause()");
    revoke(KEY);
    gate.beforeRead(position());
    assertThatThrownBy(() -> read(KEY))
        .as("the standby is behind what was heard")
        .isInstanceOf(ApiException.class);
  }
}
