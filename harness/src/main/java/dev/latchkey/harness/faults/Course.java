package dev.latchkey.harness.faults;

import dev.latchkey.harness.fleet.Fleet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One run of a {@link Scenario}: what it works on, and where it says what it has measured. For one
 * thread at a time, but for what it hands out.
 */
public final class Course {
  private static final Duration QUIET = Duration.ofSeconds(1);
  private static final Duration LONGEST_RECOVERY = Duration.ofSeconds(60);

  private final Form form;
  private final Stage stage;
  private final List<Row.Check> checks = new ArrayList<>();
  private final List<String> details = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final Map<String, Long> failed = new TreeMap<>();
  private final long wrongBefore;
  private long calls;
  private long lengthNanos;
  private @Nullable Duration before;
  private @Nullable Duration during;
  private @Nullable Duration recovery;

  Course(Form form, Stage stage) {
    this.form = form;
    this.stage = stage;
    this.wrongBefore = stage.truth().wrongAnswers();
    var _ = stage.truth().takeWrong();
    var _ = stage.traffic().cut();
  }

  /** Short or long. */
  public Form form() {
    return form;
  }

  /** What is harmed. */
  public Fleet fleet() {
    return stage.fleet();
  }

  /** What may be answered for which key. */
  public Truth truth() {
    return stage.truth();
  }

  /** The steady load; use {@link #measure} for its figures, so that they count in the row. */
  public Traffic traffic() {
    return stage.traffic();
  }

  /** Tenants and keys. */
  public Ground ground() {
    return stage.ground();
  }

  /** Each key-service node by itself, to be asked past all balancing and retries. */
  List<Asker> nodes() {
    return stage.nodes();
  }

  /** Figures since the last ones. */
  public Figures figures() {
    Figures figures = traffic().cut();
    calls += figures.calls() - figures.failedCalls();
    lengthNanos += figures.length().toNanos();
    figures.failed().forEach((kind, count) -> failed.merge(kind, count, Long::sum));
    return figures;
  }

  /** Lets so much time pass under load, and gives its figures. */
  public Figures measure(Duration time) {
    var _ = figures();
    traffic().pause(time);
    return figures();
  }

  /** Measures the undisturbed load for a while; its p99 stands in the row. */
  public Figures before() {
    return before(form.undisturbed());
  }

  /**
   * Measures the undisturbed load for so long, or a moment where nothing is judged by it; its p99
   * stands in the row.
   */
  public Figures before(Duration time) {
    Figures figures = measure(form.judgesMilliseconds() ? time : form.undisturbed());
    before = figures.p99();
    return figures;
  }

  /** Measures the load under the fault for so long; its p99 stands in the row. */
  public Figures during(Duration time) {
    Figures figures = measure(time);
    during(figures);
    return figures;
  }

  /** Notes figures of the load under the fault that were taken otherwise. */
  public void during(Figures figures) {
    during = figures.p99();
  }

  /**
   * Waits until no call has failed for a second, and notes how long after a moment, by {@link
   * System#nanoTime}, the last failed one was due.
   */
  public Duration recoveredSince(long moment) {
    long limit = System.nanoTime() + LONGEST_RECOVERY.toNanos();
    while (System.nanoTime() - traffic().lastFailure() < QUIET.toNanos()
        && System.nanoTime() - limit < 0) {
      traffic().pause(Duration.ofMillis(10));
    }
    Duration took = Duration.ofNanos(Math.max(0, traffic().lastFailure() - moment));
    recovery(took);
    return took;
  }

  /** Notes how long recovery took, measured otherwise. */
  public void recovery(Duration took) {
    recovery = took;
  }

  /** Says that something had to hold, what was measured, and whether it held. */
  public void check(String bound, String measured, boolean held) {
    checks.add(new Row.Check(bound, measured, held));
  }

  /** Says that something may be at most so long. */
  public void checkAtMost(String what, Duration measured, Duration bound) {
    check(
        "%s ≤ %s".formatted(what, Report.text(bound)),
        Report.text(measured),
        measured.compareTo(bound) <= 0);
  }

  /** Says that something may be at most so many. */
  public void checkAtMost(String what, long measured, long bound) {
    check(
        bound == 0 ? "no " + what : "%s ≤ %,d".formatted(what, bound),
        "%,d".formatted(measured),
        measured <= bound);
  }

  /**
   * Says that something may take at most so many milliseconds, and only tells of it where the form
   * does not judge those.
   */
  public void checkMillis(String what, Duration measured, Duration bound) {
    judgeMillis(
        "%s ≤ %s".formatted(what, Report.text(bound)),
        Report.text(measured),
        measured.compareTo(bound) <= 0);
  }

  private void judgeMillis(String bound, String measured, boolean held) {
    if (form.judgesMilliseconds()) {
      check(bound, measured, held);
    } else {
      detail("%s: %s, not judged".formatted(bound, measured));
    }
  }

  /**
   * Says that the p99 under a fault may be at most twice the undisturbed, where the form judges
   * that. Below the floor nothing is asked: on a busy machine the figures of some hundred calls
   * differ by that much by themselves.
   */
  public void checkTwice(Figures undisturbed, Figures disturbed, Duration floor) {
    Duration twice = undisturbed.p99().multipliedBy(2);
    Duration bound = twice.compareTo(floor) > 0 ? twice : floor;
    judgeMillis(
        "p99 ≤ 2 × undisturbed, or %s".formatted(Report.text(floor)),
        "%s → %s".formatted(Report.text(undisturbed.p99()), Report.text(disturbed.p99())),
        disturbed.p99().compareTo(bound) <= 0);
  }

  /** More of what was measured, for people to read below the bounds. */
  public void detail(String words) {
    details.add(words);
  }

  /** Something worth reading where the row is broken. */
  public void note(String words) {
    synchronized (notes) {
      notes.add(words);
    }
  }

  Row row(Scenario scenario) {
    var _ = figures();
    notes.addAll(truth().takeWrong());
    return new Row(
        scenario.name(),
        scenario.fault(),
        calls * 1e9 / Math.max(1, lengthNanos),
        truth().wrongAnswers() - wrongBefore,
        Map.copyOf(failed),
        Optional.ofNullable(before),
        Optional.ofNullable(during),
        Optional.ofNullable(recovery),
        List.copyOf(checks),
        List.copyOf(details),
        List.copyOf(notes));
  }
}
