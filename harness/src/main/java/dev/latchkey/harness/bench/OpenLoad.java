package dev.latchkey.harness.bench;

import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import io.grpc.MethodDescriptor;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * An open load on one server: unary calls at even distances in time, whether or not those before
 * are answered, as customers who know nothing of each other make them. A call's latency counts from
 * when it was due, so that a server that stands still is charged for all the calls it held up. So
 * many calls may be under way; where they are, the next is made late and is charged for that too,
 * and none is left out. Any call that fails or gets another answer than it should fails the run.
 * For one run at a time.
 *
 * <p>Calls are made on the threads of the connections: each makes every so many of them, on its own
 * connections, so that none has to wake another. What has become due since a thread last looked is
 * made together.
 */
final class OpenLoad implements AutoCloseable {
  private static final int SIGNIFICANT_DIGITS = 3;
  private static final int MOST_UNDER_WAY = 1_000;

  /** How long a thread does not look for what is due: waking it costs as much as some calls. */
  private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(250);

  private final Connections connections;
  private final byte[][] requests;
  private final MethodDescriptor<byte[], Answer> method;
  private final List<Histogram> delays = new ArrayList<>();

  /**
   * @param connections to the server; closed with this
   * @param requests what is asked, chosen from at random
   * @param expected what every answer has to be
   */
  OpenLoad(Connections connections, List<AuthenticateRequest> requests, Expected expected) {
    this.connections = connections;
    this.requests = requests.stream().map(AuthenticateRequest::toByteArray).toArray(byte[][]::new);
    this.method = UnaryLoad.method(expected);
  }

  /**
   * The load at one rate. Closing it leaves the connections open.
   *
   * @param rate calls a second, above 0
   */
  Load at(double rate) {
    return new AtRate(rate);
  }

  private final class AtRate implements Load {
    private final double rate;

    AtRate(double rate) {
      this.rate = rate;
    }

    @Override
    public Figures run(Duration duration) {
      return OpenLoad.this.run(TimeUnit.SECONDS.toNanos(1) / rate, duration);
    }

    @Override
    public void close() {}
  }

  private Figures run(double apart, Duration duration) {
    Histogram late = new ConcurrentHistogram(SIGNIFICANT_DIGITS);
    delays.add(late);
    SplittableRandom seeds = new SplittableRandom();
    int threads = connections.threads();
    LoadRun run = new LoadRun(threads, duration);
    Plan plan = new Plan(System.nanoTime(), apart, (long) Math.max(1, duration.toNanos() / apart));
    for (int i = 0; i < threads; i++) {
      connections.loop(i).execute(new Part(i, plan, run, late, seeds.split()));
    }
    return run.figures();
  }

  /**
   * How long after it was due a call was made, of 99 in 100, in microseconds.
   *
   * @param runs how many, the last of all
   */
  double delayP99Micros(int runs) {
    Histogram sum = new Histogram(SIGNIFICANT_DIGITS);
    delays.subList(delays.size() - runs, delays.size()).forEach(sum::add);
    return sum.getValueAtPercentile(99) / 1e3;
  }

  @Override
  public void close() {
    connections.close();
  }

  /** Which calls are made when: so many, {@code apart} nanoseconds from one to the next. */
  private record Plan(long begin, double apart, long calls) {
    long due(long call) {
      return begin + (long) (call * apart);
    }
  }

  /** One thread's part of a run: every so many calls, in turn on its connections. For it only. */
  private final class Part implements Runnable {
    private final EventLoop loop;
    private final Plan plan;
    private final LoadRun run;
    private final Histogram late;
    private final SplittableRandom random;
    private final int most = Math.max(1, MOST_UNDER_WAY / connections.threads());
    private int connection;
    private long next;
    private int underWay;
    private boolean over;

    Part(int number, Plan plan, LoadRun run, Histogram late, SplittableRandom random) {
      this.loop = connections.loop(number);
      this.plan = plan;
      this.run = run;
      this.late = late;
      this.random = random;
      this.connection = number;
      this.next = number;
    }

    /** Makes the calls that are due, and comes back for the others. */
    @Override
    public void run() {
      long now = System.nanoTime();
      while (hasMore() && underWay < most && plan.due(next) - now <= 0) {
        makeNext(now);
        now = System.nanoTime();
      }
      if (hasMore()) {
        long wait = Math.max(plan.due(next) - now, PAUSE_NANOS);
        var _ = loop.schedule(this, wait, TimeUnit.NANOSECONDS);
        return;
      }
      over = true;
      endIfAnswered();
    }

    private boolean hasMore() {
      return next < plan.calls() && !run.hasFailed();
    }

    private void makeNext(long now) {
      long due = plan.due(next);
      late.recordValue(now - due);
      next += connections.threads();
      underWay++;
      new Call(due)
          .make(connections.call(connection, method), requests[random.nextInt(requests.length)]);
      connection += connections.threads();
      if (connection >= connections.count()) {
        connection %= connections.threads();
      }
    }

    private void endIfAnswered() {
      if (over && underWay == 0) {
        run.partEnded();
      }
    }

    /** One call. */
    private final class Call extends UnaryCall {
      private final long due;

      Call(long due) {
        this.due = due;
      }

      @Override
      void answered() {
        var _ = run.answered(due, System.nanoTime());
        underWay--;
        endIfAnswered();
      }

      @Override
      void failed(Throwable thrown) {
        run.fail(thrown);
        underWay--;
        endIfAnswered();
      }
    }
  }
}
