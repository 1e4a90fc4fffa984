package dev.latchkey.keys.usage;

import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * What was decided on one key in one minute since the last flush. A flush seals it: each counter is
 * taken and made negative in one step, so a decision either is in what was taken or sees that it
 * came too late and counts elsewhere. Safe for use by many threads.
 */
final class MinuteCounts {
  private static final long SEALED = Long.MIN_VALUE;

  private final KeyMeter meter;
  private final long minute;
  private final AtomicLongArray counts = new AtomicLongArray(Outcomes.COUNT);
  private final AddressCounts addresses = new AddressCounts();

  MinuteCounts(KeyMeter meter, long minute) {
    this.meter = meter;
    this.minute = minute;
  }

  KeyMeter meter() {
    return meter;
  }

  /** Minutes since the epoch. */
  long minute() {
    return minute;
  }

  /** Counts an outcome; false if it is too late for that. */
  boolean add(int outcome) {
    return counts.getAndIncrement(outcome) >= 0;
  }

  /** Counts an address; false if it is too late for that. */
  boolean add(InetAddress client) {
    return addresses.add(client);
  }

  /** Ends counting, and gives what was counted by outcome. */
  long[] sealOutcomes() {
    long[] taken = new long[Outcomes.COUNT];
    for (int outcome = 0; outcome < taken.length; outcome++) {
      taken[outcome] = counts.getAndSet(outcome, SEALED);
    }
    return taken;
  }

  /** Ends counting, and gives what was counted by address. */
  Map<InetAddress, Long> sealAddresses() {
    return addresses.seal();
  }

  @Nullable InetAddress lastClient() {
    return addresses.lastClient();
  }
}
