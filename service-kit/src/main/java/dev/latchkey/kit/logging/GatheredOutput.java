package dev.latchkey.kit.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Standard output, written to once for many records: after {@value #LONGEST_WAIT_MILLIS} ms, when
 * {@value #SIZE} bytes are there, and at once for a warning or an error. An edge writes a record
 * for every request, and a system call for each costs more than all else about them. A process that
 * ends writes what it has; one that is killed loses the records of that time.
 */
public final class GatheredOutput extends ConsoleAppender<ILoggingEvent> {
  private static final int LONGEST_WAIT_MILLIS = 100;
  private static final int SIZE = 32 << 10;

  private final Thread atExit = new Thread(this::endGathering, "last-log-records");
  private @Nullable ScheduledExecutorService timer;
  private volatile boolean gathers = true;

  @Override
  public void setOutputStream(OutputStream console) {
    super.setOutputStream(new BufferedOutputStream(console, SIZE));
  }

  @Override
  public void start() {
    setImmediateFlush(false);
    super.start();
    ScheduledExecutorService started =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("log-output").factory());
    var _ =
        started.scheduleWithFixedDelay(
            this::flush, LONGEST_WAIT_MILLIS, LONGEST_WAIT_MILLIS, TimeUnit.MILLISECONDS);
    timer = started;
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  @Override
  protected void subAppend(ILoggingEvent event) {
    super.subAppend(event);
    if (!gathers || event.getLevel().isGreaterOrEqual(Level.WARN)) {
      flush();
    }
  }

  /** Others that end with the process may still have something to say: written as it comes. */
  private void endGathering() {
    gathers = false;
    flush();
  }

  private void flush() {
    streamWriteLock.lock();
    try {
      OutputStream present = getOutputStream();
      if (present != null) {
        present.flush();
      }
    } catch (IOException e) {
      addError("standard output takes no log records", e);
    } finally {
      streamWriteLock.unlock();
    }
  }

  @Override
  public void stop() {
    endGathering();
    if (timer != null) {
      timer.shutdownNow();
    }
    super.stop();
  }
}
