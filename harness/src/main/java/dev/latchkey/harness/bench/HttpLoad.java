package dev.latchkey.harness.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.HdrHistogram.Histogram;

/**
 * A closed load on an HTTP server: one request at a time on each of many connections that are kept
 * alive, made anew for each run. It costs as little as it can, so that the server is what is
 * measured: the requests are bytes made beforehand, and of an answer only its status and its length
 * are looked at. Any status but 200 fails the run. For one run at a time.
 */
final class HttpLoad implements Load {
  /** One thread can send more than the servers it shares the machine with can answer. */
  private static final int PROCESSORS_PER_THREAD = 4;

  private static final int SIGNIFICANT_DIGITS = 3;

  private final InetSocketAddress server;
  private final byte[][] requests;
  private final int connections;
  private long answers;

  /**
   * @param url {@code http://host:port}
   * @param requests what is asked, chosen from at random
   * @param connections how many there are
   */
  HttpLoad(String url, List<byte[]> requests, int connections) {
    URI address = URI.create(url);
    this.server = new InetSocketAddress(address.getHost(), address.getPort());
    this.requests = requests.toArray(byte[][]::new);
    this.connections = connections;
  }

  @Override
  public Figures run(Duration duration) {
    List<HttpConnection> opened = new ArrayList<>();
    try {
      SplittableRandom seeds = new SplittableRandom();
      for (int i = 0; i < connections; i++) {
        opened.add(HttpConnection.open(server, requests, seeds.split()));
      }
      return run(opened, duration);
    } catch (IOException e) {
      throw new IllegalStateException("a request failed: " + e.getMessage(), e);
    } finally {
      opened.forEach(HttpLoad::close);
    }
  }

  private Figures run(List<HttpConnection> opened, Duration duration) throws IOException {
    int threads =
        Math.clamp(
            Runtime.getRuntime().availableProcessors() / PROCESSORS_PER_THREAD, 1, connections);
    AtomicBoolean failed = new AtomicBoolean();
    Histogram latencies = new Histogram(SIGNIFICANT_DIGITS);
    try (ExecutorService loops = Executors.newFixedThreadPool(threads)) {
      long start = System.nanoTime();
      List<Future<Histogram>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        running.add(
            loops.submit(
                new HttpLoop(
                    opened.subList(i * connections / threads, (i + 1) * connections / threads),
                    start + duration.toNanos(),
                    failed)));
      }
      for (Future<Histogram> loop : running) {
        latencies.add(result(loop));
      }
      long elapsed = System.nanoTime() - start;
      answers += latencies.getTotalCount();
      return Figures.of(latencies, elapsed);
    }
  }

  private static Histogram result(Future<Histogram> loop) throws IOException {
    try {
      return loop.get();
    } catch (ExecutionException e) {
      throw new IOException(e.getCause() == null ? e.getMessage() : e.getCause().getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** How many requests were answered, in all runs. */
  long answers() {
    return answers;
  }

  private static void close(HttpConnection connection) {
    try {
      connection.close();
    } catch (IOException e) {
      throw new IllegalStateException("a connection could not be closed", e);
    }
  }

  @Override
  public void close() {
    // Each run closes what it has opened.
  }
}
