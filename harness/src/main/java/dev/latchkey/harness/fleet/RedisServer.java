package dev.latchkey.harness.fleet;

import dev.latchkey.harness.platform.Await;
import dev.latchkey.harness.platform.Reaper;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A Redis server that keeps nothing on disk. For one thread at a time. */
public final class RedisServer {
  private static final Duration START_LIMIT = Duration.ofSeconds(20);
  private static final int ANSWER_MILLIS = 5_000;

  private final Path folder;
  private final int port;
  private final Reaper reaper;
  private @Nullable Process process;

  RedisServer(Path folder, int port, Reaper reaper) {
    this.folder = folder;
    this.port = port;
    this.reaper = reaper;
  }

  /** Starts it, empty, and waits until it answers. */
  public void start() {
    if (isRunning()) {
      return;
    }
    List<String> command =
        List.of(
            Tool.REDIS_SERVER.path().toString(),
            "--bind",
            "127.0.0.1",
            "--port",
            Integer.toString(port),
            "--save",
            "",
            "--appendonly",
            "no",
            // The reaper knows the process by the folder, which must stay in its command line.
            "--set-proc-title",
            "no",
            "--dir",
            folder.toString());
    try {
      Process started =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectInput(new File("/dev/null"))
              .redirectErrorStream(true)
              .redirectOutput(
                  ProcessBuilder.Redirect.appendTo(
                      folder.resolve("logs").resolve(Party.redis() + ".log").toFile()))
              .start();
      process = started;
      reaper.watch(started.pid());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start Redis", e);
    }
    Await.until(
        START_LIMIT, () -> "+PONG".equals(tryCommand("PING")), () -> "Redis does not answer");
  }

  /** Removes all it holds, and gives how many entries that were. */
  public long flush() {
    long held = size();
    if (!"+OK".equals(tryCommand("FLUSHALL"))) {
      throw new IllegalStateException("Redis does not answer");
    }
    return held;
  }

  /** How many entries it holds. */
  public long size() {
    String answer = tryCommand("DBSIZE");
    if (!answer.startsWith(":")) {
      throw new IllegalStateException("Redis does not answer: " + answer);
    }
    return Long.parseLong(answer.substring(1));
  }

  /** Ends it as a power cut would. */
  public void kill() {
    Process present = process;
    if (present != null) {
      present.destroyForcibly();
      try {
        present.waitFor(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Whether its process lives. */
  public boolean isRunning() {
    Process present = process;
    return present != null && present.isAlive();
  }

  /** The first line of the answer to a command without arguments; empty for none. */
  private String tryCommand(String command) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(ANSWER_MILLIS);
      socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
      StringBuilder line = new StringBuilder();
      int next = socket.getInputStream().read();
      while (next >= 0 && next != '\r') {
        line.append((char) next);
        next = socket.getInputStream().read();
      }
      return line.toString();
    } catch (IOException e) {
      return "";
    }
  }
}
