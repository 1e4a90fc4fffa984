package dev.latchkey.harness.faults;

import dev.latchkey.kit.secret.Secret;
import java.util.concurrent.CompletableFuture;

/** One way to one node on which it can be asked about a key. Safe for use by many threads. */
interface Asker extends AutoCloseable {
  /** Asks; the future always completes with an answer, within the call's deadline. */
  CompletableFuture<CallAnswer> ask(Secret key);

  /** Who is asked. */
  String name();

  @Override
  void close();
}
