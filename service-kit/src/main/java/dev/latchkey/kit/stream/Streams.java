package dev.latchkey.tenancy.feed;

import dev.latchkey.kit.errors.ApiException;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.runtime.server.event.ServerShutdownEvent;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The streams under way. A watcher would stay for ever, so when the service drains they are told to
 * go elsewhere.
 */
@Singleton
final class Streams implements ApplicationEventListener<ServerShutdownEvent> {
  private final Set<Outlet<?>> open = ConcurrentHashMap.newKeySet();
  private volatile boolean draining;

  void add(Outlet<?> outlet) {
    open.add(outlet);
    if (draining) {
      end(outlet);
    }
  }

  /** Forgets the streams that have ended. */
  void sweep() {
    open.removeIf(outlet -> !outlet.isOpen());
  }

  @Override
  public void onApplicationEvent(ServerShutdownEvent event) {
    draining = true;
    open.forEach(Streams::end);
  }

  private static void end(Outlet<?> outlet) {
    outlet.end(ApiException.unavailable("tenant-service"));
  }
}
