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

/** Stands between a client and a server, and cuts a connection at a word the client sends. */
public final class CuttingProxy implements AutoCloseable {
  /** When to cut: before the word reaches the server, or once the server has answered it. */
  public enum Moment {
    BEFORE,
    AFTER_ANSWER
  }

  private record Cut(String word, Moment moment) {}

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

  /** Cuts the next connection on which the client sends the word, and no other. */
  public void cutAt(String word, Moment moment) {
    next.set(new Cut(word, moment));
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
          Cut cut = next.get();
          if (cut != null
              && new String(buffer, 0, n, StandardCharsets.ISO_8859_1).contains(cut.word())
              && next.compareAndSet(cut, null)) {
            if (cut.moment() == Moment.BEFORE) {
              break;
            }
            mute = true;
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
