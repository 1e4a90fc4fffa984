package dev.latchkey.keys.feed;

import dev.latchkey.kit.database.DirectConnections;
import dev.latchkey.kit.database.Hints;
import dev.latchkey.kit.database.Transactions;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** The hints of key changes, where they are not turned off. Safe for use by many threads. */
@Singleton
class FeedHints {
  private static final String CHANNEL = "latchkey_key_changes";

  private final @Nullable Hints hints;

  FeedHints(FeedSettings settings, Transactions transactions, DirectConnections connections) {
    this.hints = settings.hints() ? Hints.start(transactions, connections, CHANNEL) : null;
  }

  void onHint(Runnable action) {
    if (hints != null) {
      hints.onHint(action);
    }
  }

  void send() {
    if (hints != null) {
      hints.send();
    }
  }

  @PreDestroy
  void close() {
    if (hints != null) {
      hints.close();
    }
  }
}
