package dev.latchkey.harness.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.harness.platform.Await;
import dev.latchkey.harness.platform.Platform;
import dev.latchkey.harness.platform.Service;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The process kit itself: it leaves nothing behind. */
class CleanEndTest {
  @Test
  @DisplayName("closing a platform ends its services and their databases, and removes its folder")
  void closedPlatform_leavesNothing() {
    List<ProcessHandle> processes;
    Platform platform = Platform.start(Platform.QUICK_START, Service.TENANT_SERVICE);
    try (platform) {
      processes =
          List.of(
              platform.service(Service.TENANT_SERVICE).handle(),
              platform.database(Service.TENANT_SERVICE).postmaster().orElseThrow());
      assertThat(processes).allMatch(ProcessHandle::isAlive);
    }
    // An ended process counts as alive until its parent has taken note.
    Await.until(
        Duration.ofSeconds(10),
        () -> processes.stream().noneMatch(ProcessHandle::isAlive),
        () -> "left: " + processes);
    assertThat(Files.exists(platform.folder())).isFalse();
  }

  @Test
  @DisplayName("a service that is watched for its health ends as soon as it is asked to")
  void openHealthWatch_doesNotHoldUpTheEnd() {
    // The edge watches key-service's health for as long as it runs.
    try (Platform platform = Platform.start(Platform.QUICK_START, Service.values())) {
      Instant asked = Instant.now();
      platform.service(Service.KEY_SERVICE).stop();
      assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(10));
    }
  }
}
