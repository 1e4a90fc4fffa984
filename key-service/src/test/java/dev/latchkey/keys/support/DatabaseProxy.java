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
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a service and its PostgreSQL server, and makes the way bad: ends connections, all
 * of them or one at a given statement, or lets nothing pass, as a firewall that has lost its state.
 * Safe for use by many threads.
 */
public final class DatabaseProxy implements AutoCloseable {
  /** When to cut: before the statement reaches the server, or once the server has answered it. */
  public enum Moment {
    BEFORE,
    AFTER_ANSWER
  }

  private enum Mode {
    OPEN,
    CUT,
    SILENT
  }

  private record Cut(String statement, String at, Moment moment) {
    boolean isDueIn(String transaction) {
      return transaction.contains(statement) && transaction.contains(at);
    }
  }

  private final String url;
  private final int target;
  private final ServerSocket listener;
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private final AtomicReference<@Nullable Cut> next = new AtomicReference<>();
  private final Object change = new Object();
  private Mode mode = Mode.OPEN;

  /**
   * Listens from now on.
   *
   * @param url the JDBC URL of a database, on loopback
   */
  public DatabaseProxy(String url) {
    this.target = Integer.parseInt(url.replaceAll(".*:(\\d+)/.*", "$1"));
    try {
      listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.url = url.replace(":" + target + "/", ":" + listener.getLocalPort() + "/");
    var _ = Thread.startVirtualThread(this::accept);
  }

  /** The JDBC URL of the same database through the proxy. */
  public String url() {
    return url;
  }

  /** Ends all connections and refuses new ones. */
  public void cut() {
    become(Mode.CUT);
    links.forEach(Link::end);
  }

  /** Keeps all connections, takes new ones, and lets nothing pass. */
  public void silence() {
    become(Mode.SILENT);
  }

  /** Lets all pass again, that which silence held back first. */
  public void resume() {
    become(Mode.OPEN);
  }

  /** Ends what was cut off or silenced, and lets new connections pass. */
  public void restore() {
    links.forEach(Link::end);
    become(Mode.OPEN);
  }

  private void become(Mode now) {
    synchronized (change) {
      mode = now;
      change.notifyAll();
    }
  }

  private boolean is(Mode asked) {
    synchronized (change) {
      return mode == asked;
    }
  }

  private void awaitPassage() throws InterruptedException {
    synchronized (change) {
      while (mode == Mode.SILENT) {
        change.wait();
      }
    }
  }

  /** Cuts the next connection on which the client sends such a statement, at that statement. */
  public void cutAt(String statement, Moment moment) {
    next.set(new Cut(statement, statement, moment));
  }

  /** Cuts the connection of the next transaction with such a statement, where it commits. */
  public void cutCommitOf(String statement, Moment moment) {
    next.set(new Cut(statement, "COMMIT", moment));
  }

  /** Whether what was to be cut at a statement has been cut. */
  public boolean hasCut() {
    return next.get() == null;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        connect(listener.accept());
      } catch (IOException e) {
        // Closed, or the database does not take it: the client sees its connection end.
      }
    }
  }

  private void connect(Socket client) throws IOException {
    try {
      client.setTcpNoDelay(true);
      Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
      server.setTcpNoDelay(true);
      Link link = new Link(client, server);
      links.add(link);
      if (is(Mode.CUT)) {
        link.end();
      } else {
        link.begin();
      }
    } catch (IOException e) {
      close(client);
      throw e;
    }
  }

  /** One connection and what it is connected to. */
  private final class Link {
    private final Socket client;
    private final Socket server;

    /** Set when the answer that comes next is not to be passed on. */
    private volatile boolean mute;

    /** What the client has sent in its present transaction. */
    private String transaction = "";

    Link(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void begin() {
      var _ = Thread.startVirtualThread(() -> pass(client, server, this::reachesServer));
      var _ = Thread.startVirtualThread(() -> pass(server, client, sent -> !mute));
    }

    private void pass(Socket from, Socket to, Predicate<String> passes) {
      byte[] buffer = new byte[65_536];
      try {
        InputStream in = from.getInputStream();
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          if (!passes.test(new String(buffer, 0, read, StandardCharsets.ISO_8859_1))) {
            break;
          }
          awaitPassage();
          to.getOutputStream().write(buffer, 0, read);
        }
      } catch (IOException gone) {
        // Ended by either side, or cut.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      end();
    }

    private boolean reachesServer(String sent) {
      String all = transaction + sent;
      int begin = all.lastIndexOf("BEGIN");
      String present = begin < 0 ? sent : all.substring(begin);
      transaction = present.contains("COMMIT") ? "" : present;
      Cut cut = next.get();
      if (cut == null || !cut.isDueIn(present) || !next.compareAndSet(cut, null)) {
        return true;
      }
      mute = cut.moment() == Moment.AFTER_ANSWER;
      return mute;
    }

    void end() {
      DatabaseProxy.close(client);
      DatabaseProxy.close(server);
      links.remove(this);
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
    cut();
  }
}
