package dev.latchkey.kit.database;

import dev.latchkey.kit.settings.Setting;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Lets the nodes of a service wake each other through their database: PostgreSQL's NOTIFY on one
 * channel, without a payload. A hint may be lost, and where the database or a pooler knows no
 * NOTIFY all are: nothing may rest on it but haste.
 *
 * <p>Hints are sent by a thread of their own, after the commit of what they hint at: a transaction
 * that has called NOTIFY itself takes a lock at its commit that all such transactions share. Many
 * hints at once become one. Safe for use by many threads.
 */
public final class Hints implements AutoCloseable {
  /** Whether hints are used. */
  public static final Setting SETTING =
      new Setting(
          "LATCHKEY_DATABASE_NOTIFY",
          "on",
          "Whether nodes wake each other through NOTIFY: `on`, or `off` for a database or a pooler"
              + " without it. Changes are found without it too, at the next poll.");

  private final HintSender sender;
  private final HintListener listener;
  private final AtomicReference<Runnable> onHint = new AtomicReference<>(() -> {});

  private Hints(Transactions transactions, DirectConnections connections, String channel) {
    this.sender = new HintSender(transactions, channel);
    this.listener = new HintListener(connections, channel, () -> onHint.get().run());
  }

  /**
   * Starts to listen and to send.
   *
   * @param channel a name of lower-case letters and underscores
   */
  public static Hints start(
      Transactions transactions, DirectConnections connections, String channel) {
    if (!channel.matches("[a-z_]{1,60}")) {
      throw new IllegalArgumentException("no name of a channel: " + channel);
    }
    Hints hints = new Hints(transactions, connections, channel);
    hints.sender.start();
    hints.listener.start();
    return hints;
  }

  /** What is done at each hint, also at those of this node; by one thread, which must not wait. */
  public void onHint(Runnable action) {
    onHint.set(action);
  }

  /** Wakes all nodes, this one too, soon and at most once for all that ask at the same time. */
  public void send() {
    sender.send();
  }

  @Override
  public void close() {
    listener.close();
    sender.close();
  }
}
