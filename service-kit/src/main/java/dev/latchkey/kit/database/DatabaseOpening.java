package dev.latchkey.kit.database;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/**
 * A database that is being opened on a thread of its own, while the rest of the service is put
 * together: what it gives can be handed out before it is open, and waits for it where it is used.
 * Closing it ends what was opened, and gives up what is still waited for. Safe for use by many
 * threads.
 */
public final class DatabaseOpening implements AutoCloseable {
  private final DatabaseSettings settings;
  private final CompletableFuture<Database> opened = new CompletableFuture<>();
  private final AwaitedPool work = new AwaitedPool(opened.thenApply(Database::work));
  private final Thread thread;
  private volatile boolean givenUp;

  private DatabaseOpening(DatabaseSettings settings) {
    this.settings = settings;
    this.thread = Thread.ofPlatform().name("database").unstarted(this::open);
  }

  /** Begins to open a database; {@link Database#open} says how. */
  public static DatabaseOpening start(DatabaseSettings settings) {
    DatabaseOpening opening = new DatabaseOpening(settings);
    opening.thread.start();
    return opening;
  }

  private void open() {
    try {
      opened.complete(Database.open(settings, () -> givenUp));
    } catch (RuntimeException | Error failure) {
      opened.completeExceptionally(failure);
    }
  }

  /** Waits until it is open and migrated; throws what keeps it from being so. */
  public Database await() {
    try {
      return opened.join();
    } catch (CompletionException failed) {
      throw reason(failed);
    }
  }

  /** The pool of connections for work, opened once the database is, and closed with it. */
  public DataSource work() {
    return work;
  }

  /** Connections of their own for short reads, opened once the database is. */
  public ReadPool lookups() {
    return new ReadPool(
        new AwaitedPool(opened.thenApply(Database::lookupPool)), Database.title(settings));
  }

  /** Opens connections to it that are not of the pool. */
  public DirectConnections directConnections() {
    return new DirectConnections(() -> await().url(), settings);
  }

  /** What failed on the other thread, as it was thrown there. */
  static RuntimeException reason(CompletionException failed) {
    return switch (failed.getCause()) {
      case RuntimeException thrown -> thrown;
      case Error error -> throw error;
      case null, default -> failed;
    };
  }

  @Override
  public void close() {
    givenUp = true;
    LockSupport.unpark(thread);
    work.close();
    Database database = opened.exceptionally(failure -> null).join();
    if (database != null) {
      database.close();
    }
  }
}
