package dev.latchkey.keys.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalCause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Counts in the memory of this node. A counter is forgotten once nothing of it is left that
 * matters. Beyond the bound the ones used least are forgotten early, and their keys begin anew:
 * with as many counters as keys in memory that is memory's limit, not a way around limits, for only
 * limits that somebody has set are counted.
 */
final class LocalRateLimiter implements RateLimiter {
  static final Comparator<LimitReading> LEAST_FIRST =
      Comparator.comparingLong(LimitReading::remaining);

  /**
   * For so long a counter is drawn from without being looked up, which keeps it from being
   * forgotten: a look-up costs more than a draw.
   */
  private static final long UNSEEN_NANOS = Duration.ofSeconds(10).toNanos();

  private final NanoTime time;
  private final Cache<AppliedLimit, Counter> counters;

  LocalRateLimiter(NanoTime time, long mostCounters) {
    this.time = time;
    this.counters =
        Caffeine.newBuilder()
            .maximumSize(mostCounters)
            .executor(Runnable::run)
            .evictionListener(
                (@Nullable AppliedLimit applied, @Nullable Counter counter, RemovalCause cause) -> {
                  if (counter != null) {
                    counter.forget();
                  }
                })
            .ticker(time::now)
            .expireAfter(
                Expiry.<AppliedLimit, Counter>accessing(
                    (applied, counter) -> Duration.ofNanos(counter.lifetimeNanos() + UNSEEN_NANOS)))
            .build();
  }

  @Override
  public Draw draw(List<AppliedLimit> limits, long cost) {
    return limits.size() == 1
        ? draw(limits.getFirst(), limits.getFirst(), cost)
        : drawFromAll(limits, cost, time.now());
  }

  @Override
  public Draw draw(AppliedLimit limit, LastRound last, long cost) {
    TakenFromOne taken = take(limit, last, cost, time.now());
    return taken == null ? refused(List.of(limit), 0, cost) : taken;
  }

  private Draw drawFromAll(List<AppliedLimit> limits, long cost, long now) {
    List<TakenFromOne> all = new ArrayList<>(limits.size());
    for (int i = 0; i < limits.size(); i++) {
      TakenFromOne taken = take(limits.get(i), limits.get(i), cost, now);
      if (taken == null) {
        all.forEach(TakenFromOne::giveBack);
        return refused(limits, i, cost);
      }
      all.add(taken);
    }
    return new Draw.TakenFromAll(
        all.stream().<LimitReading>map(taken -> taken).sorted(LEAST_FIRST).toList(),
        () -> all.forEach(TakenFromOne::giveBack));
  }

  /** Takes from one limit; null if there is not enough left of it. */
  private @Nullable TakenFromOne take(AppliedLimit limit, LastRound last, long cost, long now) {
    Round round = current(limit, last, now);
    long left = round.tryTake(cost);
    while (left == Round.REFUSED && round.isRetired()) {
      round = current(limit, last, now);
      left = round.tryTake(cost);
    }
    return left == Round.REFUSED
        ? null
        : new TakenFromOne(round, cost, left, round.resetNanos(left, now));
  }

  private Draw.Refused refused(List<AppliedLimit> limits, int refusing, long cost) {
    long now = time.now();
    List<LimitReading> readings = new ArrayList<>(limits.size());
    long longest = 1;
    boolean hopeless = false;
    for (int i = 0; i < limits.size(); i++) {
      Round round = current(limits.get(i), limits.get(i), now);
      readings.add(round.reading());
      hopeless |= cost > round.capacity();
      longest = Math.max(longest, hopeless ? 1 : round.waitNanos(cost));
    }
    readings.addFirst(readings.remove(refusing));
    return new Draw.Refused(readings, hopeless ? OptionalLong.empty() : OptionalLong.of(longest));
  }

  private Round current(AppliedLimit applied, LastRound last, long now) {
    Round round = last.last(now, UNSEEN_NANOS);
    if (round != null && !round.isRetired() && !round.isOver(now)) {
      return round;
    }
    Round found = counter(applied).current(applied.limit(), now);
    if (found == null) {
      // Forgotten at once, for too many others are drawn from: the key begins anew.
      return Round.first(applied.limit(), time);
    }
    last.lookedUp(found, now);
    return found;
  }

  private Counter counter(AppliedLimit applied) {
    return counters.get(applied, same -> new Counter(applied.limit(), time));
  }

  /** Goes on from how a counter stood elsewhere, whatever was counted of it here. */
  void goOnFrom(AppliedLimit applied, RedisCounter.Seen seen) {
    counter(applied).goOnFrom(Round.goingOn(seen.reading(), seen.at(), time));
  }

  /** Begins to count a limit of which nothing is known with a part of it, unless it is counted. */
  void begin(AppliedLimit applied, int parts) {
    var _ =
        counters.get(
            applied,
            same -> {
              Counter counter = new Counter(applied.limit(), time);
              long part = Math.ceilDiv(Round.capacity(applied.limit()), parts);
              long now = time.now();
              counter.goOnFrom(Round.goingOn(LimitReading.of(applied.limit(), part, 0), now, time));
              return counter;
            });
  }

  /** How much is used up of a limit as it is counted here; 0 if it is not. */
  long used(AppliedLimit applied) {
    Counter counter = counters.getIfPresent(applied);
    return counter == null ? 0 : counter.used(applied.limit());
  }

  /** How many limits are being counted. */
  long size() {
    return counters.estimatedSize();
  }
}
