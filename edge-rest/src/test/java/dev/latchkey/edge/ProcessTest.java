package dev.latchkey.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.edge.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The edge as a process of its own: what it prints, and how it ends. */
final class ProcessTest {
  @TempDir private Path folder;

  @Test
  void mistakesInTheSettings_endItWithCode2_andAllAreNamed() throws Exception {
    Process process = start(Map.of("LATCHKEY_EDGE_PORT", "x", "LATCHKEY_KEY_SERVICE", "y"));

    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(2);
    assertThat(output())
        .contains("LATCHKEY_EDGE_PORT: \"x\"", "LATCHKEY_KEY_SERVICE: \"y\"")
        .doesNotContain("\tat ");
  }

  @Test
  void sigterm_endsItInOrderWithCode0() throws Exception {
    Process process =
        start(
            Map.of(
                "LATCHKEY_EDGE_PORT", "0",
                "LATCHKEY_EDGE_OPERATIONS_PORT", "0",
                "LATCHKEY_SECRETS_DIR", folder.toString(),
                "LATCHKEY_KEY_SERVICE", "127.0.0.1:1"));
    try {
      Await.until("the edge listens", () -> output().contains("edge-rest listens on"));

      process.destroy();

      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
      assertThat(output()).contains("edge-rest is draining").doesNotContain("Exception");
    } finally {
      process.destroyForcibly();
    }
  }

  private Process start(Map<String, String> settings) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Application.class.getName()))
            .redirectErrorStream(true)
            .redirectOutput(log().toFile());
    builder.environment().putAll(settings);
    return builder.start();
  }

  private Path log() {
    return folder.resolve("output.log");
  }

  private String output() {
    try {
      return Files.readString(log());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
