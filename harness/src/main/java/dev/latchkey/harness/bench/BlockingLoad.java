package dev.latchkey.harness.bench;

import java.time.Duration;
import java.util.concurrent.Semaphore;

/**
 * A closed load of calls that wait for their answer: one after the other on each of a fixed number
 * of virtual threads. Any call that throws fails the run. For one run at a time.
 */
final class BlockingLoad implements Load {
  private final int inFlight;
  private final Semaphore turns;
  private final Runnable call;
  private final AutoCloseable used;

  /**
   * @param inFlight how many calls are under way at any time
   * @param atOnce how many of them are made at once; the others wait for their turn. For calls on a
   *     pool of connections as many as it has: threads that come back to a pool at once take their
   *     connection away again from those that wait there, until these give up
   * @param call makes one; for many threads
   * @param used closed with this
   */
  BlockingLoad(int inFlight, int atOnce, Runnable call, AutoCloseable used) {
    this.inFlight = inFlight;
    this.turns = new Semaphore(atOnce);
    this.call = call;
    this.used = used;
  }

  @Override
  public Figures run(Duration duration) {
    LoadRun run = new LoadRun(inFlight, duration);
    for (int i = 0; i < inFlight; i++) {
      Thread.startVirtualThread(() -> repeat(run));
    }
    return run.figures();
  }

  private void repeat(LoadRun run) {
    try {
      long sent = System.nanoTime();
      boolean more = run.goesOn(sent);
      while (more) {
        turns.acquireUninterruptibly();
        try {
          call.run();
        } finally {
          turns.release();
        }
        long now = System.nanoTime();
        more = run.answered(sent, now);
        sent = now;
      }
    } catch (RuntimeException | Error thrown) {
      run.fail(thrown);
    } finally {
      run.partEnded();
    }
  }

  @Override
  public void close() {
    try {
      used.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
