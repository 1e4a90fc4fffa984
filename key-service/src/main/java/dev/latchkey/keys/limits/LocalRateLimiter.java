package dev.latchkey.keys.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.latchkey.kit.limits.RateLimit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/**
 * Counts in the memory of this node. A counter is forgotten once nothing of it is left that
 * matters. Beyond the bound the ones used least are forgotten early, and their keys begin anew:
 * with as many counters as keys in memory that is memory's limit, not a way around limits, for only
 * limits that somebody has set are counted.
 */
final class LocalRateLimiter implements RateLimiter {
  static final Comparator<LimitReading> LEAST_FIRST =
      Comparator.comparingLong(LimitReading::remaining);

  private final NanoTime time;
  private final Cache<CounterId, Counter> counters;

  LocalRateLimiter(NanoTime time, long mostCounters) {
    this.time = time;
    this.counters =
        Caffeine.newBuilder()
            .maximumSize(mostCounters)
            .ticker(time::now)
            .expireAfter(
                Expiry.<CounterId, Counter>accessing(
                    (id, counter) -> Duration.ofNanos(counter.lifetimeNanos())))
            .build();
  }

  @Override
  public Draw draw(List<AppliedLimit> limits, long cost) {
    List<Round> rounds = new ArrayList<>(limits.size());
    List<LimitReading> readings = new ArrayList<>(limits.size());
    for (int i = 0; i < limits.size(); i++) {
      Round round = current(limits.get(i));
      var probe = round.tryTake(cost);
      while (!probe.isConsumed() && round.isRetired()) {
        round = current(limits.get(i));
        probe = round.tryTake(cost);
      }
      if (!probe.isConsumed()) {
        giveBack(rounds, cost);
        return refused(limits, i, cost);
      }
      rounds.add(round);
      readings.add(round.reading(probe.getRemainingTokens()));
    }
    readings.sort(LEAST_FIRST);
    return new Draw.Taken(readings, () -> giveBack(rounds, cost));
  }

  private static void giveBack(List<Round> rounds, long cost) {
    for (int i = 0; i < rounds.size(); i++) {
      rounds.get(i).giveBack(cost);
    }
  }

  private Draw.Refused refused(List<AppliedLimit> limits, int refusing, long cost) {
    List<LimitReading> readings = new ArrayList<>(limits.size());
    long longest = 1;
    boolean hopeless = false;
    for (int i = 0; i < limits.size(); i++) {
      Round round = current(limits.get(i));
      readings.add(round.reading());
      hopeless |= cost > round.capacity();
      longest = Math.max(longest, hopeless ? 1 : round.waitNanos(cost));
    }
    readings.addFirst(readings.remove(refusing));
    return new Draw.Refused(readings, hopeless ? OptionalLong.empty() : OptionalLong.of(longest));
  }

  private Round current(AppliedLimit applied) {
    RateLimit limit = applied.limit();
    return counters.get(applied.counter(), id -> new Counter(limit, time)).current(limit);
  }

  /** Goes on from how a counter stood elsewhere, whatever was counted of it here. */
  void goOnFrom(AppliedLimit applied, RedisCounter.Seen seen) {
    counters
        .get(applied.counter(), id -> new Counter(applied.limit(), time))
        .goOnFrom(Round.goingOn(seen.reading(), seen.at(), time));
  }

  /** Begins to count a limit of which nothing is known with a part of it, unless it is counted. */
  void begin(AppliedLimit applied, int parts) {
    var _ =
        counters.get(
            applied.counter(),
            id -> {
              Counter counter = new Counter(applied.limit(), time);
              long part = Math.ceilDiv(Round.capacity(applied.limit()), parts);
              long now = time.now();
              counter.goOnFrom(
                  Round.goingOn(new LimitReading(applied.limit(), part, 0), now, time));
              return counter;
            });
  }

  /** How much is used up of a limit as it is counted here; 0 if it is not. */
  long used(AppliedLimit applied) {
    Counter counter = counters.getIfPresent(applied.counter());
    return counter == null ? 0 : counter.used(applied.limit());
  }

  /** How many limits are being counted. */
  long size() {
    return counters.estimatedSize();
  }
}
