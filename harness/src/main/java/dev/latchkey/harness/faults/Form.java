package dev.latchkey.harness.faults;

import dev.latchkey.harness.platform.Platform;
import java.time.Duration;
import java.util.List;

/** How long the suite takes. */
public enum Form {
  /** Few seconds for each fault, short windows of trust. */
  SHORT(Duration.ofSeconds(2), Duration.ofSeconds(4), 150),
  /**
   * The same with every build, on a machine that does other things too: latencies of milliseconds
   * are shown and not judged.
   */
  BUILD(SHORT.trustWindow, SHORT.grace, SHORT.callsPerSecond),
  /** By command: the times and numbers that are promised, and the product's own defaults. */
  LONG(Duration.ofSeconds(5), Duration.ofSeconds(60), 400);

  private final Duration trustWindow;
  private final Duration grace;
  private final int callsPerSecond;

  Form(Duration trustWindow, Duration grace, int callsPerSecond) {
    this.trustWindow = trustWindow;
    this.grace = grace;
    this.callsPerSecond = callsPerSecond;
  }

  /** The setting {@code LATCHKEY_TRUST_WINDOW} of the fleet. */
  public Duration trustWindow() {
    return trustWindow;
  }

  /** The setting {@code LATCHKEY_GRACE} of the fleet. */
  public Duration grace() {
    return grace;
  }

  /** The p99 below which calls are as slow by chance as by a fault, on two busy processors. */
  public Duration noise() {
    return choose(Duration.ofMillis(50), Duration.ofMillis(20));
  }

  /**
   * The p99 below which bytes beyond any measure and connections by the thousand are never held to
   * slow calls down: who sends them shares the machine with the services.
   */
  public Duration crowded() {
    return Duration.ofMillis(50);
  }

  /** How long no call may have failed on a fleet that is well. */
  public Duration quiet() {
    return this == BUILD ? Duration.ofMillis(400) : Duration.ofSeconds(1);
  }

  /** How long the undisturbed load is measured: a glance, where nothing is judged by it. */
  public Duration undisturbed() {
    return judgesMilliseconds()
        ? choose(Duration.ofSeconds(1), Duration.ofSeconds(10))
        : Duration.ofMillis(300);
  }

  /** The p99 of calls of a fleet that has warmed up. */
  public Duration warm() {
    return judgesMilliseconds()
        ? choose(Duration.ofMillis(100), Duration.ofMillis(25))
        : Duration.ofMillis(300);
  }

  /** How many seconds on end have to show it. */
  public int warmSeconds() {
    return choose(1, 5);
  }

  /** What the nodes run with: in the long form as {@code ./latchkey up} runs them. */
  public List<String> jvmArguments() {
    return choose(Platform.QUICK_START, Platform.USUAL);
  }

  /** How many calls a second the steady load has. */
  public int callsPerSecond() {
    return callsPerSecond;
  }

  /** Whether latencies of milliseconds tell of the services, and not of what runs beside them. */
  public boolean judgesMilliseconds() {
    return this != BUILD;
  }

  /** One of two values. */
  public <T> T choose(T inShort, T inLong) {
    return this == LONG ? inLong : inShort;
  }
}
