package dev.latchkey.keys.limits;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** Counts what is taken from limits. Safe for use by many threads. */
public interface RateLimiter extends AutoCloseable {
  /**
   * Takes a cost from every limit, or from none: where one refuses, those before it get back what
   * they gave.
   *
   * @param cost at least 1
   */
  Draw draw(List<AppliedLimit> limits, long cost);

  /**
   * The same for a single limit.
   *
   * @param last remembers the round of this limit, for this call and the next
   */
  default Draw draw(AppliedLimit limit, LastRound last, long cost) {
    return draw(List.of(limit), cost);
  }

  /** Ends it. Draws under way are settled. */
  @Override
  default void close() {}

  /** What came of it. */
  sealed interface Draw {
    /** Nothing was limited. */
    Taken NOTHING = new TakenFromAll(List.of(), () -> {});

    /** Every limit gave. */
    non-sealed interface Taken extends Draw {
      /** From how many limits it was taken. */
      int count();

      /** How one of them stands now; the one with the least left is the first. */
      LimitReading reading(int index);

      /** How all of them stand. */
      default List<LimitReading> readings() {
        return IntStream.range(0, count()).mapToObj(this::reading).toList();
      }

      /** Gives it all back; to be called once at most. */
      void giveBack();
    }

    /**
     * Every limit of several gave.
     *
     * @param readings how they stand now, the one with the least left first
     * @param undo gives it all back
     */
    record TakenFromAll(List<LimitReading> readings, Runnable undo) implements Taken {
      @Override
      public int count() {
        return readings.size();
      }

      @Override
      public LimitReading reading(int index) {
        return readings.get(index);
      }

      @Override
      public void giveBack() {
        undo.run();
      }
    }

    /**
     * One refused, and nothing was taken.
     *
     * @param readings how the limits stand now, the one that refused first
     * @param retryNanos how long until all can have room; empty where waiting does not help
     */
    record Refused(List<LimitReading> readings, OptionalLong retryNanos) implements Draw {}

    /**
     * It is under way.
     *
     * @param draw what comes of it: never another of these, never a failure, and soon. It comes on
     *     a thread of the network, which must not be made to wait
     */
    record Pending(CompletableFuture<Draw> draw) implements Draw {}
  }
}
