package dev.latchkey.kit.runtime;

/** A service that has started. */
public interface RunningService extends AutoCloseable {
  /** Waits until the service has been closed. */
  void await() throws InterruptedException;

  /** Ends the service in order. Closing again does nothing. */
  @Override
  void close();
}
