package dev.latchkey.harness.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.harness.kit.Issued;
import dev.latchkey.harness.kit.Tenants;
import dev.latchkey.harness.platform.Await;
import dev.latchkey.harness.platform.Platform;
import dev.latchkey.harness.platform.Service;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.tenancy.v1.GetProjectRequest;
import dev.latchkey.proto.tenancy.v1.Project;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What was acknowledged before a process was killed holds after it is back. */
@DisplayName("kill -9 while keys are being created")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrashTest {
  private static final Duration RESTART_LIMIT = Duration.ofSeconds(90);
  private static final int KEYS_BEFORE = 60;

  private final Platform platform = Platform.prepare(Platform.QUICK_START);

  @BeforeAll
  void start() {
    List<Service> services = List.of(Service.TENANT_SERVICE, Service.KEY_SERVICE);
    services.forEach(service -> platform.service(service).start());
    services.forEach(service -> platform.service(service).awaitReady(RESTART_LIMIT));
  }

  @AfterAll
  void end() {
    platform.close();
  }

  @Test
  @DisplayName("of key-service: every key that was handed out authenticates, none that was revoked")
  void killedKeyService_losesNothingItAcknowledged() {
    try (Issuing issuing = startIssuing()) {
      issuing.awaitMore(KEYS_BEFORE);
      platform.service(Service.KEY_SERVICE).kill();
      platform.service(Service.KEY_SERVICE).start();
      platform.service(Service.KEY_SERVICE).awaitReady(RESTART_LIMIT);
      issuing.awaitMore(1);
      issuing.close();
      allHolds(issuing);
    }
  }

  @Test
  @DisplayName("of key-service's PostgreSQL: the same, once it is back")
  void killedDatabase_losesNothingItAcknowledged() {
    try (Issuing issuing = startIssuing()) {
      issuing.awaitMore(KEYS_BEFORE);
      ProcessHandle postmaster = platform.database(Service.KEY_SERVICE).postmaster().orElseThrow();
      postmaster.destroyForcibly();
      // The service starts its embedded server again on its own.
      issuing.awaitMore(KEYS_BEFORE);
      assertThat(platform.database(Service.KEY_SERVICE).postmaster().orElseThrow().pid())
          .isNotEqualTo(postmaster.pid());
      issuing.close();
      allHolds(issuing);
    }
  }

  @Test
  @DisplayName("of tenant-service: keys go on, and the tenancy is whole when it is back")
  void killedTenantService_stopsNoKey() {
    Tenants tenants = new Tenants(platform.operator());
    Project before = project(tenants);
    try (Issuing issuing = Issuing.start(tenants, List.of(before.getId()))) {
      issuing.awaitMore(KEYS_BEFORE);
      platform.service(Service.TENANT_SERVICE).kill();
      // The nodes that key-service knows stay good while tenant-service is away.
      issuing.awaitMore(KEYS_BEFORE);
      issuing.close();
      allHolds(issuing);
      platform.service(Service.TENANT_SERVICE).start();
      platform.service(Service.TENANT_SERVICE).awaitReady(RESTART_LIMIT);
      assertThat(
              platform
                  .operator()
                  .projects()
                  .getProject(GetProjectRequest.newBuilder().setId(before.getId()).build())
                  .getProject())
          .isEqualTo(before);
      Issued onNewNode = keyOnceConnected(tenants, project(tenants));
      assertThat(authenticate(onNewNode).hasAllowed()).isTrue();
      allHolds(issuing);
    }
  }

  private Issuing startIssuing() {
    Tenants tenants = new Tenants(platform.operator());
    Project project = project(tenants);
    return Issuing.start(
        tenants,
        IntStream.range(0, 3)
            .mapToObj(i -> tenants.environment(project, "environment-" + i).getId())
            .toList());
  }

  /** A key of a node that key-service must ask for; it says UNAVAILABLE until it has noticed. */
  private static Issued keyOnceConnected(Tenants tenants, Project project) {
    AtomicReference<@Nullable Issued> key = new AtomicReference<>();
    Await.until(
        Duration.ofSeconds(5),
        () -> {
          try {
            key.set(tenants.key(project.getId()));
          } catch (StatusRuntimeException e) {
            assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
          }
          return key.get() != null;
        },
        () -> "key-service has not noticed that tenant-service is back");
    return Objects.requireNonNull(key.get());
  }

  private static Project project(Tenants tenants) {
    return tenants.project(
        tenants.organization("Crash"), "Crash", Tenants.format("mk", true, false));
  }

  private void allHolds(Issuing issuing) {
    assertThat(issuing.handedOut()).isNotEmpty();
    assertThat(issuing.revoked()).isNotEmpty();
    for (Issued key : issuing.handedOut()) {
      assertThat(authenticate(key).hasAllowed()).as("%s", key).isTrue();
    }
    for (Issued key : issuing.revoked()) {
      assertThat(authenticate(key).getDenied().getReason())
          .as("%s", key)
          .isEqualTo(DenialReason.DENIAL_REASON_REVOKED);
    }
  }

  private AuthenticateResponse authenticate(Issued key) {
    return platform
        .operator()
        .authentication()
        .authenticate(
            AuthenticateRequest.newBuilder().setCredential(key.secret().reveal()).build());
  }
}
