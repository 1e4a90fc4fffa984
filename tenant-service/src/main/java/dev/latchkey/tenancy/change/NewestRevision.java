package dev.latchkey.tenancy.change;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * The newest revision this process knows to be committed, for those who wait for the next. Safe for
 * use by many threads.
 */
@Singleton
public final class NewestRevision {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  private long newest;

  /** Notes that a revision, and with it every earlier one, is committed. */
  public void reached(long revision) {
    lock.lock();
    try {
      if (revision > newest) {
        newest = revision;
        moved.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The newest revision that was reached. */
  public long current() {
    lock.lock();
    try {
      return newest;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes back what turned out not to be there: the database has lost its last changes.
   *
   * @param claimed what {@link #current} said before the database was read
   * @param found what was read then
   */
  public void fellBack(long claimed, long found) {
    lock.lock();
    try {
      if (newest == claimed && found < claimed) {
        newest = found;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Lets all who wait look again whether they still want to. */
  public void nudge() {
    lock.lock();
    try {
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until a revision is reached, time runs out, or {@code wanted} no longer holds, which is
   * asked at the start and after each {@link #nudge}.
   *
   * @return whether the revision is reached
   */
  public boolean await(long revision, Duration limit, BooleanSupplier wanted)
      throws InterruptedException {
    long left = limit.toNanos();
    lock.lock();
    try {
      while (newest < revision && left > 0 && wanted.getAsBoolean()) {
        left = moved.awaitNanos(left);
      }
      return newest >= revision;
    } finally {
      lock.unlock();
    }
  }
}
