package dev.latchkey.harness.fleet;

import java.time.Duration;

/** What a {@link TcpProxy} does with what passes through it. */
public sealed interface LinkState {
  /** Passes everything on at once. */
  record Clear() implements LinkState {}

  /** Passes everything on so much later, in each direction. */
  record Delayed(Duration by) implements LinkState {}

  /** Passes on at most so many bytes a second, in each direction of each connection. */
  record Throttled(int bytesPerSecond) implements LinkState {}

  /** Keeps connections up, takes new ones, and passes nothing on, as where packets are dropped. */
  record HalfOpen() implements LinkState {}

  /** Has closed all connections and refuses new ones. */
  record Cut() implements LinkState {}
}
