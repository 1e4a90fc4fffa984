package dev.latchkey.kit.load;

import java.util.concurrent.Semaphore;

/**
 * How much work of one kind a node takes on. Whoever is in may work at once, unless an
 * implementation gives turns. Safe for use by many threads.
 */
public interface CallLoad {
  /** Lets a call in, or not. Never waits. One that is in must {@link #leave} once. */
  boolean enter();

  /** Ends what {@link #enter} began. */
  void leave();

  /** Waits, not for long, for a turn to work. One that has it must {@link #endTurn}. */
  default boolean beginTurn() {
    return true;
  }

  /** Waits for a turn for as long as it takes: for the next step of work that is half done. */
  default void continueTurn() {}

  /** Ends what {@link #beginTurn} or {@link #continueTurn} began. */
  default void endTurn() {}

  /** Takes a number of calls at once, all of which may work. */
  static CallLoad upTo(int most) {
    Semaphore places = new Semaphore(most);
    return new CallLoad() {
      @Override
      public boolean enter() {
        return places.tryAcquire();
      }

      @Override
      public void leave() {
        places.release();
      }
    };
  }
}
