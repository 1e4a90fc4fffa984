package dev.latchkey.harness.faults;

import dev.latchkey.harness.fleet.Deployment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  /**
   * Starts nothing yet.
   *
   * @param progress gets a line for each thing that is done
   */
  public FaultSuite(Form form, Consumer<String> progress) {
    this.form = form;
    this.progress = progress;
  }

  /** The scenarios of a form, ordered so that those with equal deployments follow each other. */
  public static List<Scenario> ordered(List<Scenario> scenarios, Form form) {
    Map<Deployment, List<Scenario>> byDeployment = new LinkedHashMap<>();
    scenarios.stream()
        .filter(scenario -> scenario.isPartOf(form))
        .forEach(
            scenario ->
                byDeployment
                    .computeIfAbsent(scenario.deployment(form), any -> new ArrayList<>())
                    .add(scenario));
    return byDeployment.values().stream().flatMap(List::stream).toList();
  }

  /** Runs one scenario; what goes wrong in it is in the row. */
  public Row run(Scenario scenario) {
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
    progress.accept(Report.line(row));
    if (!row.held()) {
      progress.accept(row.broken());
    }
    return row;
  }

  private Stage stage(Deployment wanted) {
    Stage open = stage;
    // Only now: what the last one on a fleet has broken nobody needs well.
    if (open != null && wanted.equals(deployment) && heal(open)) {
      return open;
    }
    close();
    progress.accept(
        "starting %d key-service nodes, %d tenant-service, %d edges"
            .formatted(wanted.keyServices(), wanted.tenantServices(), wanted.edges()));
    long start = System.nanoTime();
    Stage started = Stage.open(wanted, form);
    progress.accept(
        "up after %.1f s, the last %s of them to warm up"
            .formatted((System.nanoTime() - start) / 1e9, Report.text(started.warmUpTime())));
    stage = started;
    deployment = wanted;
    return started;
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

  @Override
  public void close() {
    Stage open = stage;
    stage = null;
    deployment = null;
    if (open != null) {
      open.close();
    }
  }
}
