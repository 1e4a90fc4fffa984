package dev.latchkey.harness.faults;

import dev.latchkey.harness.platform.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * What single nodes answer about keys, asked past all balancing: when a change reaches them, and
 * whether it has.
 */
final class Propagation {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(3);
  private static final Duration KNOWN_LIMIT = Duration.ofSeconds(20);
  private static final int DENIED = 6;
  private static final int AT_ONCE = 100;

  private Propagation() {}

  /** Waits until every node of the fleet allows the keys, and so has them in memory. */
  static void awaitKnown(Course course, List<TrackedKey> keys) {
    for (Asker node : course.nodes()) {
      List<TrackedKey> left = new ArrayList<>(keys);
      Await.until(
          KNOWN_LIMIT,
          () -> {
            List<TrackedKey> others = otherwise(node, left, CallAnswer.Allowed.class);
            left.clear();
            return !left.addAll(others);
          },
          () -> "%s does not allow %s".formatted(node.name(), left.getFirst()));
    }
  }

  /**
   * Waits until every node denies the keys, and tells how long after its acknowledgement the last
   * node denied the last key; the limit where one has not by then.
   */
  static Duration await(Course course, List<TrackedKey> keys, Duration limit) {
    Duration last = Duration.ZERO;
    for (TrackedKey key : keys) {
      for (Asker node : course.nodes()) {
        Duration late = lateness(node, key, limit);
        last = late.compareTo(last) > 0 ? late : last;
      }
    }
    return last;
  }

  /** How long after its acknowledgement a node denies a key; the limit where it does not. */
  static Duration lateness(Asker node, TrackedKey key, Duration limit) {
    while (System.nanoTime() - key.since() < limit.toNanos()) {
      if (node.ask(key.secret()).join() instanceof CallAnswer.Denied) {
        return Duration.ofNanos(System.nanoTime() - key.since());
      }
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
    }
    return limit;
  }

  /**
   * Takes all keys whose answer changed before out of the load, and puts a few there that every
   * node denies by now: an allow of one of them would be a wrong answer.
   */
  static void onlyDenied(Course course) {
    course.truth().forgetChanged();
    List<TrackedKey> keys = Ground.all(DENIED, i -> course.ground().key());
    awaitKnown(course, course.truth().good());
    awaitKnown(course, keys);
    for (TrackedKey key : keys) {
      key.changing();
      Change.revoke(course.fleet().operator(1), key);
      key.denied();
    }
    Duration last = await(course, keys, KNOWN_LIMIT);
    if (last.compareTo(KNOWN_LIMIT) >= 0) {
      throw new IllegalStateException("not every node denies what was revoked");
    }
    keys.forEach(course.truth()::add);
  }

  /** How many answers of nodes to these keys are not of this kind now, all nodes together. */
  static long notAnswered(Course course, List<TrackedKey> keys, Class<? extends CallAnswer> kind) {
    return course.nodes().stream().mapToLong(node -> otherwise(node, keys, kind).size()).sum();
  }

  /** The keys that a node gives another answer to than one of this kind. */
  private static List<TrackedKey> otherwise(
      Asker node, List<TrackedKey> keys, Class<? extends CallAnswer> kind) {
    List<TrackedKey> others = new ArrayList<>();
    for (int from = 0; from < keys.size(); from += AT_ONCE) {
      List<TrackedKey> some = keys.subList(from, Math.min(keys.size(), from + AT_ONCE));
      List<CompletableFuture<CallAnswer>> answers =
          some.stream().map(key -> node.ask(key.secret())).toList();
      for (int i = 0; i < some.size(); i++) {
        if (!kind.isInstance(answers.get(i).join())) {
          others.add(some.get(i));
        }
      }
    }
    return others;
  }
}
