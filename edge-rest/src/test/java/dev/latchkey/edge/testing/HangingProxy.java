package dev.latchkey.edge.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A TCP proxy in front of a node. It can stop forwarding while its connections stand: the node
 * looks alive to the system and says nothing. When it is closed its connections break and its port
 * is shut, as those of a killed process are.
 */
public final class HangingProxy implements AutoCloseable {
  private final Object change = new Object();
  private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
  private final ServerSocket listening;
  private final int target;
  private boolean hanging;
  private boolean closed;

  public HangingProxy(int target) {
    this(target, 0);
  }

  /** Listens on a port; 0 for any. */
  public HangingProxy(int target, int port) {
    this.target = target;
    try {
      listening = new ServerSocket(port, 50, InetAddress.ofLiteral("127.0.0.1"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  public int port() {
    return listening.getLocalPort();
  }

  /** Forwards nothing from now on, or everything that was held back. */
  public void hang(boolean hang) {
    synchronized (change) {
      hanging = hang;
      change.notifyAll();
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        Socket node = new Socket(InetAddress.ofLiteral("127.0.0.1"), target);
        sockets.add(client);
        sockets.add(node);
        Thread.ofVirtual().start(() -> forward(client, node));
        Thread.ofVirtual().start(() -> forward(node, client));
      }
    } catch (IOException e) {
      close();
    }
  }

  private void forward(Socket from, Socket to) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[16 << 10];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (!awaitFlow()) {
          return;
        }
        out.write(buffer, 0, read);
      }
    } catch (IOException | InterruptedException e) {
      // Either side is gone; the other is told by closing it.
      return;
    }
  }

  private boolean awaitFlow() throws InterruptedException {
    synchronized (change) {
      while (hanging && !closed) {
        change.wait();
      }
      return !closed;
    }
  }

  @Override
  public void close() {
    synchronized (change) {
      closed = true;
      change.notifyAll();
    }
    try {
      listening.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
