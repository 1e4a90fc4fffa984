package dev.latchkey.harness.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.harness.platform.Platform;
import dev.latchkey.harness.platform.Service;
import dev.latchkey.harness.platform.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a training run is for. The build makes one before these tests. */
class TrainingTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  @Test
  @DisplayName("a service starts with the cache of its training run, in well under its time")
  void trained_startsInLessProcessorTime() throws IOException {
    assertThat(Training.isDone()).isTrue();

    Duration with = start(List.of());
    Duration without = start(List.of("-XX:AOTMode=off"));

    // Processor time, which depends less on what else the machine does.
    assertThat(with).isLessThan(without.multipliedBy(7).dividedBy(10));
  }

  /** The processor time that tenant-service takes until it is ready. */
  private static Duration start(List<String> more) throws IOException {
    List<String> arguments = new ArrayList<>(Platform.USUAL);
    arguments.addAll(more);
    try (Platform platform = Platform.prepare(arguments)) {
      ServiceProcess service = platform.service(Service.TENANT_SERVICE);
      service.start();
      service.awaitReady(LIMIT);
      assertThat(Files.readString(service.log())).doesNotContain("[aot]");
      return service.handle().info().totalCpuDuration().orElseThrow();
    }
  }
}
