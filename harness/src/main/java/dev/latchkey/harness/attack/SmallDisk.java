package dev.latchkey.harness.attack;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A file system of a set size, in a mount namespace of its own: it needs no rights that a user does
 * not have, is seen by those only that are started inside, and is gone with the process that holds
 * it, also when this JVM is killed. For one thread at a time.
 */
public final class SmallDisk implements AutoCloseable {
  private static final String HOLD =
      "mount -t tmpfs -o size=$2,mode=0777 tmpfs \"$1\" && echo ready && exec cat";
  private static final long LIMIT_SECONDS = 30;
  private static final String FORBIDDEN =
      "no file system of its own for a database: the system must allow user namespaces"
          + " (unshare -r -m)";

  private final Process holder;
  private final Path folder;

  private SmallDisk(Process holder, Path folder) {
    this.holder = holder;
    this.folder = folder;
  }

  /** Why there can be none here, as words to show; empty where there can. */
  public static String missing() {
    try {
      String any = System.getProperty("java.io.tmpdir");
      int code = run(List.of("unshare", "-r", "-m", "mount", "-t", "tmpfs", "tmpfs", any));
      return code == 0 ? "" : FORBIDDEN;
    } catch (UncheckedIOException noProgram) {
      return FORBIDDEN;
    }
  }

  /**
   * Makes one.
   *
   * @param folder where it is mounted, for those inside; an empty folder outside
   * @param megabytes its size
   */
  public static SmallDisk mount(Path folder, int megabytes) {
    try {
      Files.createDirectories(folder);
      Process holder =
          new ProcessBuilder(
                  "unshare",
                  "-r",
                  "-m",
                  "sh",
                  "-c",
                  HOLD,
                  "small-disk",
                  folder.toString(),
                  megabytes + "m")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      BufferedReader said = holder.inputReader(StandardCharsets.US_ASCII);
      if (!"ready".equals(said.readLine())) {
        throw new IllegalStateException(FORBIDDEN);
      }
      return new SmallDisk(holder, folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What to put before a command so that it runs inside. */
  public List<String> inside() {
    return List.of(
        "nsenter", "--preserve-credentials", "-U", "-m", "-t", Long.toString(holder.pid()));
  }

  /** Where it is, for those inside. */
  public Path folder() {
    return folder;
  }

  /** Fills it to the last byte. */
  public void fill() {
    // It ends with an error, as it should: no space left on device.
    int _ = runInside("sh", "-c", "cat /dev/zero >\"$0\" 2>/dev/null", ballast());
  }

  /** Frees what {@link #fill} took. */
  public void free() {
    int code = runInside("rm", "-f", ballast());
    if (code != 0) {
      throw new IllegalStateException("the ballast could not be removed: exit code " + code);
    }
  }

  private String ballast() {
    return folder.resolve("ballast").toString();
  }

  private int runInside(String... command) {
    List<String> whole = new ArrayList<>(inside());
    whole.addAll(List.of(command));
    return run(whole);
  }

  private static int run(List<String> command) {
    try {
      Process running =
          new ProcessBuilder(command)
              .redirectInput(new File("/dev/null"))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!running.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        running.destroyForcibly();
        throw new IllegalStateException(String.join(" ", command) + " did not end");
      }
      return running.exitValue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    holder.destroy();
  }
}
