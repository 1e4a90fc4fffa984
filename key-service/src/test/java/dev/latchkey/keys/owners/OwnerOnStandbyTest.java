package dev.latchkey.keys.owners;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.keys.authenticate.KeyDirectory;
import dev.latchkey.keys.feed.Pulses;
import dev.latchkey.keys.hashing.KeyHash;
import dev.latchkey.keys.limits.NanoTime;
import dev.latchkey.keys.support.Conditions;
import dev.latchkey.keys.support.PostgresServer;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.keys.support.StandInTenancy;
import dev.latchkey.kit.access.Role;
import dev.latchkey.proto.keys.v1.CreateKeyResponse;
import dev.latchkey.proto.keys.v1.DenialReason;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A member who loses access loses the keys there, also where keys are read from a standby. */
final class OwnerOnStandbyTest {
  private final HeldFeed feed = new HeldFeed();
  private PostgresServer primary;
  private PostgresServer standby;
  private RunningKeyService service;

  @BeforeEach
  void start() {
    primary = PostgresServer.create(Map.of("fsync", "off"));
    primary.execute(
        "postgres",
        "CREATE ROLE latchkey LOGIN",
        "CREATE DATABASE keys OWNER latchkey",
        "GRANT pg_read_all_stats TO latchkey");
    standby = primary.standby();
    service =
        RunningKeyService.on(
            primary.url("keys"),
            Map.of(
                "LATCHKEY_KEYS_DATABASE_USER", "latchkey",
                "LATCHKEY_KEYS_READ_DATABASE_URL", standby.url("keys"),
                "LATCHKEY_TRUST_WINDOW", "1m"),
            feed);
  }

  @AfterEach
  void stop() {
    if (service != null) {
      service.close();
    }
    if (standby != null) {
      standby.close();
    }
    primary.close();
  }

  private void awaitReplay() {
    String written = primary.value("keys", "SELECT pg_current_wal_insert_lsn()");
    Conditions.await(
        "the standby has replayed all",
        () ->
            standby
                .value("keys", "SELECT pg_last_wal_replay_lsn() >= '%s'".formatted(written))
                .equals("t"));
  }

  private static String ownerInactive(PostgresServer server, CreateKeyResponse key) {
    return server.value(
        "keys",
        "SELECT owner_inactive FROM api_key WHERE id = '%s'".formatted(key.getKey().getId()));
  }

  private <T> T bean(Class<T> type) {
    return service.host().context().getBean(type);
  }

  /** The log of keys counts as just read, though it is held: else no standby would be asked. */
  private void heardLately() {
    bean(Pulses.class).keys().heard(NanoTime.SYSTEM.now());
  }

  private double answersOfTheStandby() {
    return bean(MeterRegistry.class)
        .get("latchkey.keys.database.reads")
        .tag("server", "standby")
        .counter()
        .count();
  }

  private void forget(CreateKeyResponse key) {
    String hash =
        primary.value(
            "keys",
            "SELECT encode(hash, 'hex') FROM api_key WHERE id = '%s'"
                .formatted(key.getKey().getId()));
    bean(KeyDirectory.class).forget(KeyHash.ofHex(hash));
  }

  /** What a standby that is behind still shows must not let anybody in again. */
  @Test
  void whoComesBack_findsTheKeysStopped_thoughTheStandbyHasNotHeardOfTheLoss() {
    StandInTenancy.Branch acme = service.tenancy().branch("acme");
    String environment = acme.environment().getId();
    String alice = service.member(acme.organization().getId(), environment, Role.MEMBER);
    CreateKeyResponse key = service.createFor(alice, acme.workspace().getId());
    Conditions.await(
        "the standby is asked",
        () -> {
          awaitReplay();
          forget(key);
          assertThat(service.authenticate(key.getSecret()).hasAllowed()).isTrue();
          return answersOfTheStandby() > 0;
        });
    feed.hold();
    try {
      Conditions.await("the log is held", feed::isHolding);
      awaitReplay();
      standby.execute("keys", "SELECT pg_wal_replay_pause()");

      service.tenancy().revoke(alice, environment);
      Conditions.await("the keys are stopped", () -> ownerInactive(primary, key).equals("t"));
      service.tenancy().grant(alice, environment, Role.MEMBER.toMessage());
      service.awaitRole(alice, environment, Role.MEMBER);

      assertThat(ownerInactive(standby, key)).as("for whoever asks the standby").isEqualTo("f");
      heardLately();
      assertThat(service.denial(key.getSecret()))
          .isEqualTo(DenialReason.DENIAL_REASON_OWNER_INACTIVE);
    } finally {
      feed.release();
    }
  }
}
