package dev.latchkey.keys.support;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Stands between a client and a PostgreSQL server, and cuts a connection at a statement. */
public final class CuttingProxy implements AutoCloseable {
  /** When to cut: before the statement reaches the server, or once the server has answered it. */
  public enum Moment {
    BEFORE,
    AFTER_ANSWER
  }

  private record Cut(String statement, String at, Moment moment) {
    boolean isDueIn(String transaction) {
      return transaction.contains(statement) && transaction.contains(at);
    }
  }

  private final ServerSocket listener;
  private final int target;
  private final AtomicReference<@Nullable Cut> next = new AtomicReference<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  public CuttingProxy(int target) {
    this.target = target;
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var _ = Thread.startVirtualThread(this::accept);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Cuts the next connection on which the client sends such a statement, at that statement. */
  public void cutAt(String statement, Moment moment) {
    next.set(new Cut(statement, statement, moment));
  }

  /** Cuts the connection of the next transaction with such a statement, where it commits. */
  public void cutCommitOf(String statement, Moment moment) {
    next.set(new Cut(statement, "COMMIT", moment));
  }

  /** Whether what was to be cut has been cut. */
  public boolean hasCut() {
    return next.get() == null;
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        open.add(client);
        open.add(server);
        var _ = Thread.startVirtualThread(() -> new Pair(client, server).toServer());
      }
    } catch (IOException ended) {
      // Closed.
    }
  }

  private final class Pair {
    private final Socket client;
    private final Socket server;
    private volatile boolean mute;

    /** What the client has sent in its present transaction. */
    private String transaction = "";

    Pair(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void toServer() {
      var _ = Thread.startVirtualThread(this::toClient);
      byte[] buffer = new byte[65_536];
      try {
        InputStream in = client.getInputStream();
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          transaction += new String(buffer, 0, n, StandardCharsets.ISO_8859_1);
          transaction = transaction.substring(Math.max(0, transaction.lastIndexOf("BEGIN")));
          Cut cut = next.get();
          if (cut != null && cut.isDueIn(transaction) && next.compareAndSet(cut, null)) {
            if (cut.moment() == Moment.BEFORE) {
              break;
            }
            mute = true;
          }
          if (transaction.contains("COMMIT")) {
            transaction = "";
          }
          server.getOutputStream().write(buffer, 0, n);
        }
      } catch (IOException gone) {
        // Cut from the other side.
      }
      end();
    }

    private void toClient() {
      byte[] buffer = new byte[65_536];
      try {
        InputStream in = server.getInputStream();
        for (int n = in.read(buffer); n >= 0 && !mute; n = in.read(buffer)) {
          client.getOutputStream().write(buffer, 0, n);
        }
      } catch (IOException gone) {
        // Cut from the other side.
      }
      end();
    }

    private void end() {
      CuttingProxy.close(client);
      CuttingProxy.close(server);
      open.remove(client);
      open.remove(server);
    }
  }

  private static void close(Closeable socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    close(listener);
    open.forEach(CuttingProxy::close);
  }
}
