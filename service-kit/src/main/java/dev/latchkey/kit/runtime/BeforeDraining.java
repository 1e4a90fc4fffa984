package dev.latchkey.kit.runtime;

/**
 * A bean with something to end before the service waits for the calls under way: what would go on
 * for as long as its client likes.
 */
public interface BeforeDraining {
  /** Ends it. Called once, while calls are still taken. */
  void endOpenEnded();
}
