package dev.latchkey.harness.fleet;

import java.io.Closeable;
import java.io.IOException;

/** Ends of connections. */
final class Sockets {
  private Sockets() {}

  /** Closes it; that it cannot be closed means that it is gone already. */
  static void close(Closeable socket) {
    try {
      socket.close();
    } catch (IOException e) {
      Thread.onSpinWait();
    }
  }
}
