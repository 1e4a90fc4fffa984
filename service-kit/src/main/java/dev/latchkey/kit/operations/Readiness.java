package dev.latchkey.kit.operations;

import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Whether the service should be sent work, and what it waits for if not. Feeds both the HTTP
 * readiness answer and {@code grpc.health.v1}. Safe for use by many threads.
 */
public final class Readiness {
  /** The health service that says whether the service is ready for all of its work. */
  public static final String READY = HealthStatusManager.SERVICE_NAME_ALL_SERVICES;

  /**
   * The health service that serves from the start until the drain begins. For peers whose calls the
   * service needs to become ready, so that they cannot wait for that.
   */
  public static final String TAKES_CALLS = "latchkey.TakesCalls";

  private final Map<String, String> obstacles = new ConcurrentHashMap<>();
  private final HealthStatusManager health = new HealthStatusManager();

  /** Starts out waiting for the service's own start. */
  public Readiness() {
    block("start", "starting");
    health.setStatus(TAKES_CALLS, ServingStatus.SERVING);
  }

  /** The gRPC health service that shows this. */
  public HealthStatusManager health() {
    return health;
  }

  /** Notes that the service waits for something. */
  public synchronized void block(String what, String why) {
    obstacles.put(what, why);
    publish();
  }

  /** Notes that the wait is over. */
  public synchronized void clear(String what) {
    obstacles.remove(what);
    publish();
  }

  /** Notes that the service is about to end: nobody is to send it new work any more. */
  public synchronized void drain() {
    block("end", "draining");
    health.setStatus(TAKES_CALLS, ServingStatus.NOT_SERVING);
  }

  /** Whether the service is about to end. */
  public boolean isDraining() {
    return obstacles.containsKey("end");
  }

  public boolean isReady() {
    return obstacles.isEmpty();
  }

  /** What is waited for, by name. */
  public Map<String, String> obstacles() {
    return new TreeMap<>(obstacles);
  }

  private void publish() {
    health.setStatus(READY, isReady() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
  }
}
