package dev.latchkey.keys.limits;

import dev.latchkey.keys.limits.RateLimiter.Draw;
import dev.latchkey.keys.limits.RedisCounter.Attempt;
import dev.latchkey.kit.limits.RateLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * One draw from counters in Redis, one after the other, so that the key's own limit refuses before
 * anything is taken from what others share. Whatever is taken after it was given back goes back as
 * well, so that it may be given up at any moment. Safe for use by many threads.
 */
final class SharedDraw {
  private final List<RedisCounter> counters;
  private final long cost;
  private final Consumer<Throwable> lost;
  private final CompletableFuture<Draw> drawn = new CompletableFuture<>();
  private final List<Given> given = new ArrayList<>();
  private boolean unwanted;

  private record Given(RedisCounter counter, LimitReading reading, long windowEnd) {}

  /**
   * @param lost hears of what could not be given back
   */
  SharedDraw(List<RedisCounter> counters, long cost, Consumer<Throwable> lost) {
    this.counters = counters;
    this.cost = cost;
    this.lost = lost;
  }

  /** Begins to draw. What comes of it fails if Redis does, and is cancelled if given up. */
  CompletableFuture<Draw> start() {
    next(0);
    return drawn;
  }

  private void next(int index) {
    if (index == counters.size()) {
      drawn.complete(taken());
      return;
    }
    RedisCounter counter = counters.get(index);
    var _ =
        counter
            .take(cost)
            .whenComplete(
                (attempt, failure) -> {
                  if (failure != null) {
                    drawn.completeExceptionally(failure);
                  } else if (!attempt.taken()) {
                    refuse(index, attempt);
                  } else if (keep(counter, attempt.reading())) {
                    next(index + 1);
                  } else {
                    drawn.cancel(false);
                  }
                });
  }

  /** Whether it is still wanted. */
  private boolean keep(RedisCounter counter, LimitReading reading) {
    Given taken = new Given(counter, reading, counter.endOf(reading));
    synchronized (this) {
      if (!unwanted) {
        given.add(taken);
        return true;
      }
    }
    var _ = giveBack(taken);
    return false;
  }

  private synchronized Draw taken() {
    List<LimitReading> readings = new ArrayList<>(given.size());
    given.forEach(taken -> readings.add(taken.reading()));
    readings.sort(LocalRateLimiter.LEAST_FIRST);
    return new Draw.TakenFromAll(readings, this::giveBack);
  }

  /** Gives back what was taken and what may still be. */
  void giveBack() {
    for (Given taken : takeAll()) {
      var _ = giveBack(taken);
    }
  }

  private synchronized List<Given> takeAll() {
    unwanted = true;
    List<Given> all = List.copyOf(given);
    given.clear();
    return all;
  }

  private CompletableFuture<?> giveBack(Given taken) {
    return taken
        .counter()
        .giveBack(cost, taken.windowEnd())
        .handle(
            (done, failure) -> {
              if (failure != null) {
                lost.accept(failure);
              }
              return null;
            });
  }

  private void refuse(int refusing, Attempt attempt) {
    List<Given> back = takeAll();
    List<LimitReading> before = back.stream().map(taken -> withBack(taken.reading())).toList();
    List<CompletableFuture<LimitReading>> after = new ArrayList<>();
    for (int i = refusing + 1; i < counters.size(); i++) {
      after.add(counters.get(i).look());
    }
    // Who is refused knows that nothing was taken, on whichever node they look next.
    var _ =
        CompletableFuture.allOf(
                Stream.concat(back.stream().map(this::giveBack), after.stream())
                    .toArray(CompletableFuture[]::new))
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    drawn.completeExceptionally(failure);
                    return;
                  }
                  List<LimitReading> readings = new ArrayList<>(counters.size());
                  readings.add(attempt.reading());
                  readings.addAll(before);
                  after.forEach(look -> readings.add(look.join()));
                  drawn.complete(refused(readings, attempt.waitNanos()));
                });
  }

  private LimitReading withBack(LimitReading reading) {
    RateLimit limit = reading.limit();
    long remaining = Math.min(Round.capacity(limit), reading.remaining() + cost);
    long reset =
        limit.burst() > 0
            ? Round.nanosToFill(limit, limit.burst() - remaining)
            : reading.resetNanos();
    return LimitReading.of(limit, remaining, reset);
  }

  private Draw.Refused refused(List<LimitReading> readings, long firstWait) {
    long longest = Math.max(1, firstWait);
    for (int i = 0; i < readings.size(); i++) {
      LimitReading reading = readings.get(i);
      RateLimit limit = reading.limit();
      if (cost > Round.capacity(limit)) {
        return new Draw.Refused(readings, OptionalLong.empty());
      }
      long missing = cost - reading.remaining();
      if (missing > 0 && i > 0) {
        longest =
            Math.max(
                longest,
                limit.burst() > 0 ? Round.nanosToFill(limit, missing) : reading.resetNanos());
      }
    }
    return new Draw.Refused(readings, OptionalLong.of(longest));
  }
}
