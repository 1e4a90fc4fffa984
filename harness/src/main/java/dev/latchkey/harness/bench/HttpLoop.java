package dev.latchkey.harness.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.HdrHistogram.Histogram;

/** One thread of a load: keeps a request under way on each of its connections until the end. */
final class HttpLoop implements Callable<Histogram> {
  private static final int SIGNIFICANT_DIGITS = 3;
  private static final long LONGEST_WAIT_MILLIS = 100;
  private static final Duration LATE = Duration.ofSeconds(30);

  private final List<HttpConnection> connections;
  private final long end;
  private final AtomicBoolean failed;
  private final Histogram latencies = new Histogram(SIGNIFICANT_DIGITS);
  private int underWay;

  /**
   * @param end when no more requests are sent, by {@link System#nanoTime}
   * @param failed set by the first loop that fails; all end then
   */
  HttpLoop(List<HttpConnection> connections, long end, AtomicBoolean failed) {
    this.connections = connections;
    this.end = end;
    this.failed = failed;
  }

  /** Gives the latencies, in nanoseconds. */
  @Override
  public Histogram call() throws IOException {
    try (Selector selector = Selector.open()) {
      for (HttpConnection connection : connections) {
        connection.register(selector);
        connection.ask();
        underWay++;
      }
      while (underWay > 0 && !failed.get()) {
        selector.select(this::take, LONGEST_WAIT_MILLIS);
        if (System.nanoTime() - end > LATE.toNanos()) {
          throw new IOException(underWay + " requests are still under way after " + LATE);
        }
      }
      return latencies;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } finally {
      if (underWay > 0) {
        failed.set(true);
      }
    }
  }

  private void take(SelectionKey ready) {
    HttpConnection connection = (HttpConnection) ready.attachment();
    try {
      if (!connection.read()) {
        return;
      }
      long now = System.nanoTime();
      latencies.recordValue(now - connection.sent());
      if (now - end < 0) {
        connection.ask();
      } else {
        underWay--;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
