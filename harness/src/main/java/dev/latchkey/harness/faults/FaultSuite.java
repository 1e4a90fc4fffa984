package dev.latchkey.harness.faults;

import dev.latchkey.harness.fleet.Deployment;
import dev.latchkey.harness.fleet.Fleet;
import dev.latchkey.harness.fleet.Party;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs scenarios one after the other. Those with equal deployments share a fleet as long as it can
 * be made well again; another one is started where it cannot. For one thread.
 */
public final class FaultSuite implements AutoCloseable {
  private final Form form;
  private final Consumer<String> progress;
  private @Nullable Stage stage;
  private @Nullable Deployment deployment;
  private @Nullable Prepared prepared;

  /**
   * Starts nothing yet.
   *
   * @param progress gets a line for each thing that is done
   */
  public FaultSuite(Form form, Consumer<String> progress) {
    this.form = form;
    this.progress = progress;
  }

  /** A fleet that is being started for a later scenario. */
  private record Prepared(Deployment deployment, CompletableFuture<Stage> stage) {}

  /**
   * The scenarios of a form, ordered so that those with equal deployments follow each other, and of
   * these the ones that mostly wait come last.
   */
  public static List<Scenario> ordered(List<Scenario> scenarios, Form form) {
    Map<Deployment, List<Scenario>> byDeployment = new LinkedHashMap<>();
    scenarios.stream()
        .filter(scenario -> scenario.isPartOf(form))
        .forEach(
            scenario ->
                byDeployment
                    .computeIfAbsent(scenario.deployment(form), any -> new ArrayList<>())
                    .add(scenario));
    return byDeployment.values().stream()
        .flatMap(equal -> equal.stream().sorted(Comparator.comparing(Scenario::mostlyWaits)))
        .toList();
  }

  /**
   * Begins to start the fleet of a later scenario, beside the next one that is run. Only where the
   * form judges no milliseconds, which that would spoil.
   */
  public void prepare(Scenario later) {
    if (form.judgesMilliseconds() || prepared != null || !later.missing().isEmpty()) {
      return;
    }
    Deployment wanted = later.deployment(form);
    if (!wanted.equals(deployment)) {
      prepared =
          new Prepared(
              wanted,
              CompletableFuture.supplyAsync(
                  () -> Stage.open(wanted, form), Thread::startVirtualThread));
    }
  }

  /** Runs one scenario; what goes wrong in it is in the row. */
  public Row run(Scenario scenario) {
    String missing = scenario.missing();
    if (!missing.isEmpty()) {
      progress.accept("%s: %s".formatted(scenario.name(), missing));
      return Row.notRun(scenario, missing);
    }
    long start = System.nanoTime();
    Stage open = stage(scenario.deployment(form));
    progress.accept("%s: %s".formatted(scenario.name(), scenario.fault()));
    Course course = new Course(form, open);
    try {
      scenario.run(course);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      course.check("runs to its end", "interrupted", false);
    } catch (Exception e) {
      course.check("runs to its end", e.toString(), false);
      for (StackTraceElement element : e.getStackTrace()) {
        if (element.getClassName().startsWith("dev.latchkey.harness.faults")) {
          course.note("at " + element);
        }
      }
    }
    Row row = course.row(scenario);
    progress.accept(
        "%s  after %.1f s".formatted(Report.line(row), (System.nanoTime() - start) / 1e9));
    if (!row.held()) {
      progress.accept(row.broken());
      tellLogs(open.fleet());
    }
    return row;
  }

  private void tellLogs(Fleet fleet) {
    for (Party node : fleet.nodes(Party.Kind.KEY_SERVICE)) {
      progress.accept("%s, the end of its log:%n%s".formatted(node, fleet.node(node).lastLines()));
    }
  }

  private Stage stage(Deployment wanted) {
    Stage open = stage;
    // Only now: what the last one on a fleet has broken nobody needs well.
    if (open != null && wanted.equals(deployment) && heal(open)) {
      return open;
    }
    closeStage();
    progress.accept(
        "starting %d key-service nodes, %d tenant-service, %d edges"
            .formatted(wanted.keyServices(), wanted.tenantServices(), wanted.edges()));
    long start = System.nanoTime();
    Stage started = open(wanted);
    progress.accept(
        "up after %.1f s, the last %s of them to warm up"
            .formatted((System.nanoTime() - start) / 1e9, Report.text(started.warmUpTime())));
    stage = started;
    deployment = wanted;
    return started;
  }

  /** One that was prepared where it is such a one, or another. */
  private Stage open(Deployment wanted) {
    Prepared ready = prepared;
    if (ready != null && wanted.equals(ready.deployment())) {
      prepared = null;
      return ready.stage().join();
    }
    return Stage.open(wanted, form);
  }

  /** Makes the fleet well again for the next scenario; false where that fails. */
  private boolean heal(Stage open) {
    try {
      open.heal();
      return true;
    } catch (RuntimeException e) {
      progress.accept("the fleet does not become well again; starting another: " + e.getMessage());
      return false;
    }
  }

  private void closeStage() {
    Stage open = stage;
    stage = null;
    deployment = null;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public void close() {
    closeStage();
    Prepared ready = prepared;
    prepared = null;
    if (ready != null) {
      ready.stage().thenAccept(Stage::close).exceptionally(failed -> null).join();
    }
  }
}
