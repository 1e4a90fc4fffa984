package dev.latchkey.keys.credits;

import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An account as this node of the service sees it: its lease, and what it knows of the rest. Taking
 * takes no lock; what the database said is put in under one. Safe for use by many threads.
 */
final class LeasedAccount {
  /** How long it is remembered that the database has not enough: five questions a second. */
  private static final long REMEMBERED_NANOS = 200_000_000;

  private final UUID id;
  private volatile Lease lease = new Lease(0, Long.MIN_VALUE, 0);
  private volatile View view = new View(0, null, 0, false);
  private volatile @Nullable Lack lack;
  private volatile @Nullable CompletableFuture<Void> asking;
  private volatile long lowWater;
  private volatile boolean used;
  private volatile long changes;
  private int idleRounds;

  LeasedAccount(UUID id) {
    this.id = id;
  }

  /**
   * What the database said last.
   *
   * @param remaining what no node held
   * @param refillAmount what a refill sets it to; 0 for none
   * @param closed whether there is no such account any more
   */
  record View(long remaining, @Nullable Instant nextRefill, long refillAmount, boolean closed) {}

  /** That the database had too little for a cost, which is known for a short time. */
  private record Lack(long remaining, boolean closed, long untilNanos, long untilMillis) {}

  UUID id() {
    return id;
  }

  View view() {
    return view;
  }

  Lease lease() {
    return lease;
  }

  /** Takes a cost from the lease: what it has left, or {@link Lease#LACKS}. */
  long tryTake(Lease from, long cost, long now) {
    if (!used) {
      used = true;
    }
    return from.isOverAt(now) ? Lease.LACKS : from.tryTake(cost);
  }

  /** Whether the lease is so far used up that the next should be fetched. */
  boolean runsLow(long left) {
    return left < lowWater && asking == null;
  }

  /** What this node holds, in an epoch. */
  long held(long epoch) {
    Lease present = lease;
    return present.epoch() == epoch ? present.left() : 0;
  }

  /** What is left altogether, as far as this node knows. */
  long left(long now) {
    Lease present = lease;
    return view.remaining() + (present.isOverAt(now) ? 0 : present.left());
  }

  /** Whether the database said a moment ago that it has too little for a cost. */
  boolean isKnownToLack(long cost, long now, long nanos) {
    Lack known = lack;
    return known != null
        && nanos - known.untilNanos < 0
        && now < known.untilMillis
        && !known.closed
        && known.remaining + lease.left() < cost;
  }

  /** Whether the database said a moment ago that the account is closed. */
  boolean isKnownClosed(long nanos) {
    Lack known = lack;
    return known != null && known.closed && nanos - known.untilNanos < 0;
  }

  /** Joins the question to the database that is under way, or has one begun. */
  synchronized @Nullable CompletableFuture<Void> underWay(CompletableFuture<Void> begun) {
    CompletableFuture<Void> present = asking;
    if (present == null) {
      asking = begun;
    }
    return present;
  }

  synchronized void answered() {
    asking = null;
  }

  /** Rises with every change by a caller; what was read before it says nothing any more. */
  long changes() {
    return changes;
  }

  /** Takes in a grant; one of an epoch that has passed is void. */
  synchronized void grant(Account after, long granted, long changesBefore, long nanos) {
    if (after.epoch() < lease.epoch()) {
      return;
    }
    see(after);
    if (after.epoch() != lease.epoch() || !lease.add(granted)) {
      replace(after, granted);
    }
    lowWater = after.remaining() > 0 ? granted / 2 : 0;
    if (changes == changesBefore) {
      lack = new Lack(after.remaining(), false, nanos + REMEMBERED_NANOS, endOf(after));
    }
  }

  /** Takes in that there is no such account. */
  synchronized void closed(long changesBefore, long nanos) {
    if (changes == changesBefore) {
      view = new View(0, null, 0, true);
      lack = new Lack(0, true, nanos + REMEMBERED_NANOS, Long.MAX_VALUE);
      long _ = lease.end();
    }
  }

  /** Takes in a change by a caller of this node; what it replaced is void when this returns. */
  synchronized void changed(Account after) {
    changes++;
    lack = null;
    observe(after);
  }

  /** Takes in that a caller of this node closed it. */
  synchronized void removed() {
    changes++;
    lack = null;
    view = new View(0, null, 0, true);
    long _ = lease.end();
  }

  /** Takes in what the database has now, whoever changed it. */
  synchronized void observe(Account present) {
    if (present.epoch() >= lease.epoch()) {
      see(present);
      if (present.epoch() > lease.epoch()) {
        replace(present, 0);
      }
    }
  }

  private void see(Account account) {
    view =
        new View(
            account.remaining(),
            account.nextRefill(),
            account.refill().map(Refill::amount).orElse(0L),
            false);
  }

  private void replace(Account account, long granted) {
    Lease old = lease;
    lease = new Lease(account.epoch(), endOf(account), granted);
    // Void, or ended before: nobody misses what it had.
    long _ = old.end();
  }

  private static long endOf(Account account) {
    Instant next = account.nextRefill();
    return next == null ? Long.MAX_VALUE : next.toEpochMilli();
  }

  /** Whether nobody has asked for it in this round of the keeper and the one before. */
  boolean isIdle() {
    idleRounds = used ? 0 : idleRounds + 1;
    used = false;
    return idleRounds >= 2;
  }

  /** How many rounds of the keeper nobody has asked for it. */
  int idleRounds() {
    return idleRounds;
  }
}
