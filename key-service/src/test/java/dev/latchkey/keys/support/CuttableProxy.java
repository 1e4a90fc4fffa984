package dev.latchkey.keys.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stands between a service and its database, and can end what passes. */
public final class CuttableProxy implements AutoCloseable {
  private enum Mode {
    OPEN,
    CUT,
    SILENT
  }

  private final String url;
  private final int target;
  private final ServerSocket server;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile Mode mode = Mode.OPEN;

  /**
   * A proxy before a database.
   *
   * @param url the JDBC URL of the database itself
   */
  public CuttableProxy(String url) {
    this.target = Integer.parseInt(url.replaceAll(".*:(\\d+)/.*", "$1"));
    try {
      server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.url = url.replace(":" + target + "/", ":" + server.getLocalPort() + "/");
    Thread.ofVirtual().name("proxy").start(this::accept);
  }

  /** The JDBC URL through the proxy. */
  public String url() {
    return url;
  }

  /** Ends all connections and refuses new ones. */
  public void cut() {
    mode = Mode.CUT;
    sockets.forEach(CuttableProxy::end);
  }

  /** Keeps all connections, takes new ones, and passes nothing on any more. */
  public void silence() {
    mode = Mode.SILENT;
  }

  /** Lets all pass again; what was silenced is ended. */
  public void restore() {
    sockets.forEach(CuttableProxy::end);
    mode = Mode.OPEN;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        sockets.add(client);
        switch (mode) {
          case OPEN -> connect(client);
          case CUT -> end(client);
          case SILENT -> {}
        }
      } catch (IOException e) {
        // Closed, or the database does not take it: the client sees its connection end.
      }
    }
  }

  private void connect(Socket client) throws IOException {
    try {
      Socket database = new Socket(InetAddress.getLoopbackAddress(), target);
      database.setTcpNoDelay(true);
      client.setTcpNoDelay(true);
      sockets.add(database);
      Thread.ofVirtual().start(() -> pass(client, database));
      Thread.ofVirtual().start(() -> pass(database, client));
    } catch (IOException e) {
      end(client);
      throw e;
    }
  }

  private void pass(Socket from, Socket to) {
    byte[] buffer = new byte[16_384];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (mode == Mode.OPEN) {
          out.write(buffer, 0, read);
        }
      }
    } catch (IOException e) {
      // Ended by either side, or cut.
    }
    end(from);
    end(to);
    sockets.remove(from);
    sockets.remove(to);
  }

  private static void end(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    sockets.forEach(CuttableProxy::end);
  }
}
