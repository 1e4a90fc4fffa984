package dev.latchkey.keys.feed;

import jakarta.inject.Singleton;
import java.sql.Connection;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All who have to know what was read from the log: what is in memory first, then the listeners. */
@Singleton
class FeedConsumers {
  private static final Logger LOG = LoggerFactory.getLogger(FeedConsumers.class);

  private final List<NodeMemory> memories;
  private final List<KeyFeedListener> listeners;

  FeedConsumers(List<NodeMemory> memories, List<KeyFeedListener> listeners) {
    this.memories = List.copyOf(memories);
    this.listeners = List.copyOf(listeners);
  }

  /** Hands on what was read. Throws if it does not hold in memory; then no listener was called. */
  void take(List<KeyChange> changes, FeedPosition position, Connection connection) {
    tell(listener -> listener.beforeRead(position), position);
    if (!changes.isEmpty()) {
      memories.forEach(memory -> memory.take(changes, connection));
    }
    tell(listener -> listener.onRead(changes, position), position);
  }

  /** Has everything forgotten. Throws if that failed; then no listener was called. */
  void forgetAll(FeedPosition position, Connection connection) {
    tell(listener -> listener.beforeRead(position), position);
    memories.forEach(memory -> memory.forgetAll(connection));
    tell(listener -> listener.onGap(position), position);
  }

  /** A listener that fails has missed something: it is told so. */
  private void tell(Consumer<KeyFeedListener> news, FeedPosition position) {
    for (KeyFeedListener listener : listeners) {
      try {
        news.accept(listener);
      } catch (RuntimeException failure) {
        LOG.error("a listener to the log of key changes failed", failure);
        tellOfGap(listener, position);
      }
    }
  }

  private static void tellOfGap(KeyFeedListener listener, FeedPosition position) {
    try {
      listener.onGap(position);
    } catch (RuntimeException failure) {
      LOG.error("it failed again", failure);
    }
  }
}
