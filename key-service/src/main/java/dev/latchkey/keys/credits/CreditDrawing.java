package dev.latchkey.keys.credits;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Draws the cost of a call from all its accounts or from none, out of the leases of this node. Does
 * not wait: where a lease has too little, it says what to wait for. Safe for use by many threads.
 */
@Singleton
public class CreditDrawing {
  private static final Comparator<CreditReading> LEAST_FIRST =
      Comparator.comparingLong(CreditReading::remaining);

  private final CreditLeases leases;
  private final InstantSource clock;

  CreditDrawing(CreditLeases leases, InstantSource clock) {
    this.leases = leases;
    this.clock = clock;
  }

  /** What was taken from one account. */
  private record Part(LeasedAccount account, Lease lease, DrawnAccount drawn) {}

  /**
   * Draws.
   *
   * @param cost at least 1
   */
  public CreditDraw draw(List<DrawnAccount> accounts, long cost) {
    long now = clock.millis();
    List<Part> parts = new ArrayList<>(accounts.size());
    for (int i = 0; i < accounts.size(); i++) {
      LeasedAccount account = leases.account(accounts.get(i).accountId());
      if (account.isKnownClosed(System.nanoTime())) {
        continue;
      }
      Lease lease = account.lease();
      long left = account.tryTake(lease, cost, now);
      if (left == Lease.LACKS) {
        putBack(parts, cost);
        return account.isKnownToLack(cost, now, System.nanoTime())
            ? refused(accounts, i, cost, now)
            : new CreditDraw.Waiting(leases.fetch(account, cost));
      }
      if (account.runsLow(left)) {
        var _ = leases.fetch(account, 0);
      }
      parts.add(new Part(account, lease, accounts.get(i)));
    }
    List<CreditReading> readings = new ArrayList<>(parts.size());
    parts.forEach(part -> readings.add(reading(part.drawn(), part.account(), now)));
    readings.sort(LEAST_FIRST);
    return new CreditDraw.Taken(readings);
  }

  private void putBack(List<Part> parts, long cost) {
    parts.forEach(part -> leases.putBack(part.account(), part.lease(), cost));
  }

  private CreditDraw refused(List<DrawnAccount> accounts, int refusing, long cost, long now) {
    List<CreditReading> readings = new ArrayList<>(accounts.size());
    Duration longest = Duration.ofMillis(1);
    boolean hopeless = false;
    for (int i = 0; i < accounts.size(); i++) {
      LeasedAccount account = leases.account(accounts.get(i).accountId());
      CreditReading reading = reading(accounts.get(i), account, now);
      readings.add(reading);
      if (i == refusing || (reading.remaining() < cost && !account.view().closed())) {
        hopeless |= reading.nextRefill().isEmpty() || account.view().refillAmount() < cost;
        longest = longer(longest, reading, now);
      }
    }
    readings.addFirst(readings.remove(refusing));
    return new CreditDraw.Refused(readings, hopeless ? Optional.empty() : Optional.of(longest));
  }

  private static Duration longer(Duration longest, CreditReading reading, long now) {
    Duration wait =
        reading
            .nextRefill()
            .map(next -> Duration.ofMillis(next.toEpochMilli() - now))
            .orElse(longest);
    return wait.compareTo(longest) > 0 ? wait : longest;
  }

  private static CreditReading reading(DrawnAccount drawn, LeasedAccount account, long now) {
    return new CreditReading(
        drawn.nodeId(), account.left(now), Optional.ofNullable(account.view().nextRefill()));
  }
}
