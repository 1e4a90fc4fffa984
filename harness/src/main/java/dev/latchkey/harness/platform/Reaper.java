package dev.latchkey.harness.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A small shell process that outlives this JVM, however it ends, and then ends every process that
 * was told to it, and the PostgreSQL servers below the platform's folder, and removes the folder.
 * It waits on a pipe that the system closes when this JVM is gone. A pid is only ended while its
 * command line still names the folder, so a pid that was given to another program is safe.
 */
public final class Reaper implements AutoCloseable {
  private static final String SCRIPT =
      """
      trap '' INT TERM HUP
      folder=$1
      pids=
      while read -r pid; do pids="$pids $pid"; done
      ours() {
        { tr '\\0' ' ' <"/proc/$1/cmdline" || ps -ww -o args= -p "$1"; } 2>/dev/null |
          grep -qF -- "$folder"
      }
      for pid in $pids; do
        if ours "$pid"; then kill -KILL "$pid"; fi
      done
      for file in "$folder"/data/postgres-*/postmaster.pid; do
        if [ -r "$file" ]; then
          read -r pid <"$file"
          if ours "$pid"; then
            kill -QUIT "$pid"
            tries=50
            while [ $tries -gt 0 ] && ours "$pid"; do tries=$((tries - 1)); sleep 0.1; done
            if ours "$pid"; then kill -KILL "$pid"; fi
          fi
        fi
      done
      rm -rf "$folder"
      """;
  private static final long LIMIT_SECONDS = 20;

  private final Process shell;

  private Reaper(Process shell) {
    this.shell = shell;
  }

  /** Starts watching over a platform's folder. */
  public static Reaper over(Path folder) {
    try {
      return new Reaper(
          new ProcessBuilder("/bin/sh", "-c", SCRIPT, "latchkey-reaper", folder.toString())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Tells it of one more process. */
  public synchronized void watch(long pid) {
    try {
      var pipe = shell.getOutputStream();
      pipe.write((pid + "\n").getBytes(StandardCharsets.US_ASCII));
      pipe.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("the reaper is gone", e);
    }
  }

  /** Has everything ended and removed now. */
  @Override
  public void close() {
    try {
      shell.getOutputStream().close();
      if (!shell.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the reaper did not finish");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
