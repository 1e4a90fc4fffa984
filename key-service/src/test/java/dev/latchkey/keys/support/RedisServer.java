package dev.latchkey.keys.support;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A real redis-server on a free port, which writes nothing to disk. It ends with this object, and
 * with the process of the tests however that ends.
 */
public final class RedisServer implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/bin/redis-server");

  /** Lives as long as its standard input, and then takes the server with it. */
  private static final String WATCHED = "\"$@\" & echo $!; cat >/dev/null; kill -KILL $!";

  private final int port;
  private final List<String> command;
  private Process watch;
  private long pid;

  /** Starts a server with some arguments beside the usual; returns once it answers. */
  public RedisServer(String... more) {
    this(freePort(), more);
  }

  /** The same on a given port. */
  public RedisServer(int port, String... more) {
    requireProgram();
    this.port = port;
    command = new ArrayList<>(List.of("sh", "-c", WATCHED, "sh", PROGRAM.toString()));
    command.addAll(List.of(more));
    command.addAll(List.of("--port", "" + port, "--bind", "127.0.0.1"));
    command.addAll(List.of("--save", "", "--appendonly", "no", "--logfile", "/dev/null"));
    watch = launch();
  }

  private static void requireProgram() {
    if (!Files.isExecutable(PROGRAM)) {
      String missing = PROGRAM + " is missing: install the package redis-server";
      if ("true".equals(System.getenv("CI"))) {
        throw new IllegalStateException(missing);
      }
      abort(missing);
    }
  }

  /** A port that nothing listens on. */
  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process launch() {
    try {
      Process started = new ProcessBuilder(command).redirectErrorStream(true).start();
      BufferedReader out = started.inputReader(StandardCharsets.UTF_8);
      pid = Long.parseLong(out.readLine());
      Conditions.await("redis-server on " + port, () -> call("PING").startsWith("+PONG"));
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  public int port() {
    return port;
  }

  /** Starts it again after {@link #kill}. */
  public void restart() {
    watch = launch();
  }

  /** Ends it as a crash does. */
  public void kill() {
    end(watch);
  }

  /** Makes it silent: connections stay up, and nothing is answered. */
  public void freeze() {
    signal("STOP");
  }

  /** Lets it go on. */
  public void thaw() {
    signal("CONT");
  }

  private void signal(String name) {
    try {
      var _ = new ProcessBuilder("kill", "-" + name, "" + pid).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Its answer to a command, as it came; empty if there was none. */
  public String call(String command) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
      socket.setSoTimeout(1_000);
      socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
      InputStream in = socket.getInputStream();
      byte[] answer = new byte[65_536];
      int length = in.read(answer);
      return length < 0 ? "" : new String(answer, 0, length, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public void close() {
    thaw();
    end(watch);
  }

  private static void end(Process process) {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
