package dev.latchkey.keys.authenticate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.keys.feed.Pulses;
import dev.latchkey.keys.format.KeyFormat;
import dev.latchkey.keys.format.Mode;
import dev.latchkey.keys.issuing.KeyMaker;
import dev.latchkey.keys.support.Conditions;
import dev.latchkey.keys.support.DatabaseProxy;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.keys.support.StandInTenancy;
import dev.latchkey.keys.support.TestDatabases;
import dev.latchkey.proto.keys.v1.AuthenticateBatchRequest;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.keys.v1.Freshness;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A whole service whose database goes away and comes back, behind a proxy. */
final class OutageTest {
  private static final Duration WINDOW = Duration.ofSeconds(1);
  private static final Duration GRACE = Duration.ofSeconds(5);

  private DatabaseProxy proxy;
  private RunningKeyService service;
  private String known;
  private String cold;

  @BeforeEach
  void start() {
    proxy = new DatabaseProxy(TestDatabases.create());
    service =
        RunningKeyService.behind(
            proxy,
            Map.of(
                "LATCHKEY_TRUST_WINDOW",
                WINDOW.toSeconds() + "s",
                "LATCHKEY_GRACE",
                GRACE.toSeconds() + "s"));
    StandInTenancy.Branch acme = service.tenancy().branch("acme");
    known = service.create(acme.workspace().getId()).getSecret();
    cold = service.create(acme.workspace().getId()).getSecret();
    assertThat(service.authenticate(known).hasAllowed()).isTrue();
  }

  @AfterEach
  void stop() {
    service.close();
    proxy.close();
  }

  private AuthenticateResponse fresh(String credential) {
    return service
        .authentication()
        .authenticate(
            AuthenticateRequest.newBuilder()
                .setCredential(credential)
                .setIncludeFreshness(true)
                .build());
  }

  /** The status of an answer; every answer must be an allow. */
  private Status.Code outcome(String credential) {
    try {
      AuthenticateResponse response = service.authenticate(credential);
      assertThat(response.hasAllowed()).as("not denied for an outage: %s", response).isTrue();
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }

  private String strange() {
    return service
        .host()
        .context()
        .getBean(KeyMaker.class)
        .text(KeyFormat.DEFAULT, Mode.LIVE, Optional.empty())
        .secret()
        .reveal();
  }

  private Duration silence() {
    return Duration.ofNanos(service.host().context().getBean(Pulses.class).keys().silenceNanos());
  }

  private void goThroughAnOutage(Runnable fault, Duration undetected) {
    long start = System.nanoTime();
    fault.run();
    List<Long> latencies = new ArrayList<>();
    // The first moments, until the fault is noticed, are not measured.
    while (silence().compareTo(WINDOW.plus(GRACE).minusMillis(300)) < 0) {
      long asked = System.nanoTime();
      assertThat(outcome(known)).isEqualTo(Status.Code.OK);
      if (asked - start > undetected.toNanos()) {
        latencies.add(System.nanoTime() - asked);
        assertThat(outcome(cold)).isEqualTo(Status.Code.UNAVAILABLE);
      }
    }
    Freshness freshness = fresh(known).getFreshness();
    assertThat(freshness.getStale()).isTrue();
    assertThat(freshness.getKeysAge().getSeconds()).isBetween(5L, 6L);
    MeterRegistry metrics = service.host().context().getBean(MeterRegistry.class);
    assertThat(metrics.get("latchkey.authenticate.stale").functionCounter().count()).isPositive();
    assertThat(metrics.get("latchkey.feed.lag").gauge().value())
        .isGreaterThan((double) WINDOW.toSeconds());
    assertThat(metrics.get("latchkey.keys.trust").tag("state", "grace").gauge().value()).isOne();
    assertThat(metrics.get("latchkey.keys.silence").timeGauge().value(TimeUnit.SECONDS))
        .isGreaterThan((double) WINDOW.toSeconds());
    Collections.sort(latencies);
    assertThat(latencies).hasSizeGreaterThan(20);
    // Bounds for a machine that has other things to do too: what waits for a database takes longer.
    assertThat(Duration.ofNanos(latencies.get(latencies.size() / 2)))
        .isLessThan(Duration.ofMillis(50));
    assertThat(Duration.ofNanos(latencies.getLast())).isLessThan(Duration.ofMillis(500));

    Conditions.await("the end of the grace", () -> outcome(known) == Status.Code.UNAVAILABLE);
    assertThat(silence()).isGreaterThan(WINDOW.plus(GRACE));

    long restored = System.nanoTime();
    proxy.restore();
    Conditions.await(
        "all keys are answered again",
        () -> outcome(known) == Status.Code.OK && outcome(cold) == Status.Code.OK);
    assertThat(Duration.ofNanos(System.nanoTime() - restored)).isLessThan(Duration.ofSeconds(2));
    assertThat(service.denial(strange())).isEqualTo(DenialReason.DENIAL_REASON_UNKNOWN);
    assertThat(fresh(known).getFreshness().getStale()).isFalse();
  }

  @Test
  void databaseCut_knownKeysGoOn_thenNobodyIsDecidedOn_thenAllAre() {
    goThroughAnOutage(proxy::cut, Duration.ofMillis(500));
  }

  @Test
  void databaseHalfOpen_knownKeysGoOn_thenNobodyIsDecidedOn_thenAllAre() {
    goThroughAnOutage(proxy::silence, Duration.ofMillis(2_500));
  }

  @Test
  void freshness_isToldToThoseWhoAsk_alsoInBatches() {
    Freshness freshness = fresh(known).getFreshness();
    assertThat(freshness.hasKeysAge()).isTrue();
    assertThat(freshness.hasTenancyAge()).isTrue();
    assertThat(freshness.getKeysAge().getSeconds()).isZero();
    assertThat(freshness.getStale()).isFalse();
    assertThat(service.authenticate(known).hasFreshness()).isFalse();

    List<AuthenticateResponse> batch =
        service
            .authentication()
            .authenticateBatch(
                AuthenticateBatchRequest.newBuilder()
                    .addRequests(AuthenticateRequest.newBuilder().setCredential(known))
                    .addRequests(
                        AuthenticateRequest.newBuilder()
                            .setCredential("nonsense")
                            .setIncludeFreshness(true))
                    .addRequests(
                        AuthenticateRequest.newBuilder()
                            .setCredential(known)
                            .setIncludeFreshness(true))
                    .build())
            .getResponsesList();
    assertThat(batch.get(0).hasFreshness()).isFalse();
    assertThat(batch.get(1).hasDenied()).isTrue();
    assertThat(batch.get(1).getFreshness().hasKeysAge()).isTrue();
    assertThat(batch.get(2).getFreshness().hasKeysAge()).isTrue();
  }
}
