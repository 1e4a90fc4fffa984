package dev.latchkey.keys.limits;

/**
 * The time that limits go by, in nanoseconds from an arbitrary start. Monotonic: whatever happens
 * to the system's clock, no window ends early or late.
 */
@FunctionalInterface
public interface NanoTime {
  /** The time of the machine. */
  NanoTime SYSTEM = System::nanoTime;

  long now();
}
