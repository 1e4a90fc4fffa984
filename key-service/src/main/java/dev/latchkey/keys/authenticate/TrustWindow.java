package dev.latchkey.keys.authenticate;

import dev.latchkey.keys.feed.Pulse;
import dev.latchkey.keys.feed.Pulses;
import dev.latchkey.keys.limits.NanoTime;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.proto.errors.v1.ErrorReason;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * How far this node may go by what it has in memory, and whether the database is worth asking. Goes
 * by the monotonic time alone. Safe for use by many threads; takes no lock.
 *
 * <p>What is in memory is known as of the later of two moments: when the log of keys was last
 * heard, and when the entry was read. Its age counts from there.
 */
@Singleton
final class TrustWindow {
  /**
   * How long what was just read is used again by a node that reads through. A tenth of what a
   * change may take to reach a node, and ten readings a second of the busiest key.
   */
  static final Duration HOLD = Duration.ofMillis(100);

  /** How long the database is left alone after it did not answer, unless the log is heard. */
  static final Duration PAUSE = Duration.ofSeconds(1);

  private final Pulse pulse;
  private final NanoTime time;
  private final long window;
  private final long end;
  private final AtomicReference<@Nullable Failure> failure = new AtomicReference<>();

  /** A moment at which the database did not answer. */
  private record Failure(long moment) {}

  @Inject
  TrustWindow(Pulses pulses, TrustSettings settings) {
    this(pulses.keys(), NanoTime.SYSTEM, settings);
  }

  TrustWindow(Pulse pulse, NanoTime time, TrustSettings settings) {
    this.pulse = pulse;
    this.time = time;
    this.window = settings.window().toNanos();
    this.end = settings.window().plus(settings.grace()).toNanos();
  }

  /** This moment, for what is read from now on. */
  long now() {
    return time.now();
  }

  /** Whether the memory holds as it is. Costs a look at the time and one at a volatile field. */
  boolean isTrusted() {
    return pulse.silenceNanos() <= window;
  }

  /** How old a look-up is, in nanoseconds; one that needs no reading is as old as the log. */
  long ageNanos(Lookup lookup) {
    return switch (lookup) {
      case Lookup.Read read -> ageNanos(read.readAt());
      case Lookup.Refused refused -> silenceNanos();
    };
  }

  private long ageNanos(long readAt) {
    return Math.min(pulse.silenceNanos(), time.now() - readAt);
  }

  /** How long ago the log of keys was last heard, in nanoseconds. */
  long silenceNanos() {
    return pulse.silenceNanos();
  }

  /** Whether an entry may be used without asking the database. */
  boolean holds(Lookup.Read entry) {
    return isTrusted() || time.now() - entry.readAt() <= HOLD.toNanos();
  }

  /** Whether knowledge of this age is past the trust window. */
  boolean isStale(long ageNanos) {
    return ageNanos > window;
  }

  /** Whether an entry may be used while the database cannot be asked. */
  boolean lasts(Lookup.Read entry) {
    return ageNanos(entry.readAt()) <= end;
  }

  /**
   * Whether to ask the database. Not while its log cannot be asked; and after it did not answer,
   * one who asks each second is enough to learn that it does again. Who is told true must ask.
   */
  boolean mayAsk() {
    if (pulse.isLost()) {
      return false;
    }
    Failure last = failure.get();
    if (last == null) {
      return true;
    }
    long since = time.now() - last.moment();
    if (pulse.silenceNanos() < since) {
      failure.compareAndSet(last, null);
      return true;
    }
    return since >= PAUSE.toNanos() && failure.compareAndSet(last, new Failure(time.now()));
  }

  /** Whether a failure says that the database could not be asked, or not at once. */
  static boolean isOutage(Throwable failure) {
    return failure instanceof ApiException refusal
        && (refusal.reason() == ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE
            || refusal.reason() == ErrorReason.ERROR_REASON_OVERLOADED);
  }

  /** Says that the database answered. */
  void answered() {
    if (failure.get() != null) {
      failure.set(null);
    }
  }

  /** Says that the database did not answer, or not in time. */
  void failed() {
    failure.set(new Failure(time.now()));
  }

  /** What the node goes by at the moment. */
  Trust state() {
    long silence = pulse.silenceNanos();
    if (silence <= window) {
      return Trust.TRUSTED;
    }
    if (!pulse.isLost() && failure.get() == null) {
      return Trust.READ_THROUGH;
    }
    return silence <= end ? Trust.GRACE : Trust.LOST;
  }
}
