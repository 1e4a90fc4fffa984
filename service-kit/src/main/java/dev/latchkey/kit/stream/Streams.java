package dev.latchkey.kit.stream;

import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.runtime.BeforeDraining;
import dev.latchkey.kit.runtime.ServiceHost;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The streams under way. Their clients would stay for ever, so when the service drains they are
 * told to go elsewhere.
 */
@Singleton
@Requires(bean = ServiceHost.Plan.class)
public final class Streams implements BeforeDraining {
  private final Set<OpenStream> open = ConcurrentHashMap.newKeySet();
  private final String service;
  private volatile boolean draining;

  Streams(ServiceHost.Plan plan) {
    this.service = plan.name();
  }

  /** Ends a stream, from now on, when the service drains. */
  public void add(OpenStream stream) {
    open.add(stream);
    if (draining) {
      end(stream);
    }
  }

  /** Forgets a stream that has ended. */
  public void remove(OpenStream stream) {
    open.remove(stream);
  }

  /** Forgets the streams that have ended. */
  public void sweep() {
    open.removeIf(stream -> !stream.isOpen());
  }

  @Override
  public void endOpenEnded() {
    draining = true;
    open.forEach(this::end);
  }

  private void end(OpenStream stream) {
    stream.end(ApiException.unavailable(service));
  }
}
