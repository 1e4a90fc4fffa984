package dev.latchkey.kit.runtime;

/**
 * A bean with something to do once the database is open and before the service takes its first
 * call. What it does in its constructor is done while the database is still being opened: there it
 * keeps away from it.
 */
public interface BeforeServing {
  /** Does it; the service does not start if this throws. */
  void prepare();
}
