package dev.latchkey.harness.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Knows for each key what was acknowledged, and judges every answer by it. Wrong is an allow of a
 * call that began later than the bound after a deny was acknowledged, and a definite deny of a call
 * that began later than the bound after the key was acknowledged to be good. A call during which
 * the expectation changed is not judged, and neither is one without a decision. Safe for use by
 * many threads.
 */
public final class Truth {
  /** The promise: what is revoked is dead everywhere within a second. */
  public static final Duration USUAL_BOUND = Duration.ofSeconds(1);

  private static final int TOLD = 20;
  private static final int RECENT = 300;

  private final List<TrackedKey> good = new CopyOnWriteArrayList<>();
  private final List<TrackedKey> changed = new CopyOnWriteArrayList<>();
  private final AtomicLong wrong = new AtomicLong();
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final Standstills standstills;
  private volatile Duration bound = USUAL_BOUND;

  /**
   * @param standstills told of with a wrong answer, which it is all the same
   */
  Truth(Standstills standstills) {
    this.standstills = standstills;
  }

  /** Keys that stay good all the time and make up most of the load. */
  public void addGood(List<TrackedKey> keys) {
    good.addAll(keys);
  }

  /** Those keys. */
  public List<TrackedKey> good() {
    return List.copyOf(good);
  }

  /**
   * A key whose answer changes, or will; the last {@value #RECENT} of them are part of the load.
   */
  public synchronized void add(TrackedKey key) {
    changed.add(key);
    if (changed.size() > 2 * RECENT) {
      changed.subList(0, RECENT).clear();
    }
  }

  /** Takes the keys whose answer changes out of the load. */
  public synchronized void forgetChanged() {
    changed.clear();
  }

  /** How late an allow may still come, from now on. */
  public void allowLateness(Duration lateness) {
    bound = lateness;
  }

  /** A key to ask about: three times of four one that stays good. */
  TrackedKey pick() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    List<TrackedKey> recent = changed;
    int size = recent.size();
    if (size > 0 && random.nextInt(4) == 0) {
      try {
        return recent.get(random.nextInt(size));
      } catch (IndexOutOfBoundsException e) {
        return good.get(random.nextInt(good.size()));
      }
    }
    return good.get(random.nextInt(good.size()));
  }

  /**
   * Judges an answer.
   *
   * @param before what was expected when the call began
   * @param began when that was, by {@link System#nanoTime}
   * @param where who answered, for the message
   */
  void judge(TrackedKey key, Expectation before, long began, CallAnswer answer, String where) {
    if (!key.expectation().equals(before) || began - before.since() <= bound.toNanos()) {
      return;
    }
    boolean isWrong =
        switch (before.answer()) {
          case ALLOW -> answer instanceof CallAnswer.Denied;
          case DENY -> answer instanceof CallAnswer.Allowed;
          case ANY -> false;
        };
    if (isWrong) {
      wrong.incrementAndGet();
      if (told.size() < TOLD) {
        told.add(
            "%s: %s from %s, %d ms after %s was acknowledged, %d ms of them at a standstill"
                .formatted(
                    key,
                    answer,
                    where,
                    Duration.ofNanos(began - before.since()).toMillis(),
                    before.answer(),
                    Duration.ofNanos(standstills.between(before.since(), began)).toMillis()));
      }
    }
  }

  /** How many wrong answers there were so far. */
  public long wrongAnswers() {
    return wrong.get();
  }

  /** The first of them since the last call, in words. */
  public List<String> takeWrong() {
    List<String> taken = new ArrayList<>(told);
    told.clear();
    return taken;
  }
}
