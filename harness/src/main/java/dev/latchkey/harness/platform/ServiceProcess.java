package dev.latchkey.harness.platform;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** One service as a process, which can be asked how it is. For one thread at a time. */
public final class ServiceProcess extends JarProcess {
  private final Service service;
  private final int operationsPort;

  /**
   * Not started yet.
   *
   * @param service which program it is
   * @param name tells it from others of the same service; names its log
   * @param settings its environment, beside what this JVM has that is no setting of Latchkey
   * @param folder the deployment's; the reaper knows the process by it
   * @param operationsPort where it tells its health
   */
  public ServiceProcess(
      Service service,
      String name,
      List<String> jvmArguments,
      Map<String, String> settings,
      Path folder,
      int operationsPort,
      Reaper reaper) {
    super(Build.jar(service.module()), name, jvmArguments, settings, folder, reaper);
    this.service = service;
    this.operationsPort = operationsPort;
  }

  /** Whether starts of a service begin with a cache of a training run. */
  public static boolean hasCache(Service service) {
    return AotCache.of(Build.jar(service.module())).isCurrent();
  }

  /** Which program it is. */
  public Service service() {
    return service;
  }

  /** Waits until it says that it is ready; fails with its last words when it ends before. */
  public void awaitReady(Duration limit) {
    Await.until(
        limit,
        () -> {
          if (!isRunning()) {
            throw new IllegalStateException(name() + " ended:\n" + lastLines());
          }
          return Http.status(operations("/health/readiness")) == 200;
        },
        () ->
            "%s is not ready: %s%n%s"
                .formatted(name(), Http.body(operations("/health/readiness")), lastLines()));
  }

  /** Whether it says that it is ready. */
  public boolean isReady() {
    return Http.status(operations("/health/readiness")) == 200;
  }

  /** What it answers on its readiness address; empty when it does not answer. */
  public String readiness() {
    return Http.body(operations("/health/readiness"));
  }

  /** Its metrics, as a scraper gets them. */
  public String metrics() {
    return Http.body(operations("/metrics"));
  }

  private String operations(String path) {
    return "http://127.0.0.1:" + operationsPort + path;
  }
}
