package dev.latchkey.harness.fleet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A TCP proxy on a loopback port of its own, in this JVM, that can make the way between two
 * processes bad. What a fault held back is passed on once it is healed, unless the link was cut.
 * Each direction of each connection has a virtual thread. Safe for use by many threads.
 */
public final class TcpProxy implements AutoCloseable {
  private static final int BACKLOG = 1_024;
  private static final int CONNECT_MILLIS = 2_000;
  private static final Duration END_LIMIT = Duration.ofSeconds(5);

  private final String name;
  private final int port;
  private final InetSocketAddress target;
  private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile LinkState state = new LinkState.Clear();
  private ServerSocket listener;
  private Thread acceptor;
  private boolean closed;

  /**
   * Listens from now on.
   *
   * @param name for messages
   * @param port where to listen, on loopback
   * @param targetPort where to pass it to, on loopback; nothing needs to be there yet
   */
  public TcpProxy(String name, int port, int targetPort) {
    this.name = name;
    this.port = port;
    this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort);
    this.listener = listen();
    this.acceptor = accepting(listener);
  }

  /** {@code 127.0.0.1:port}: the address to give to who shall go through it. */
  public String address() {
    return "127.0.0.1:" + port;
  }

  /** Where it listens. */
  public int port() {
    return port;
  }

  /** What it does at the moment. */
  public LinkState state() {
    return state;
  }

  /** How many connections go through it now. */
  public int connections() {
    return connections.size();
  }

  /** Passes everything on so much later, in each direction. */
  public void delay(Duration by) {
    become(new LinkState.Delayed(by));
  }

  /** Passes on at most so many bytes a second, in each direction of each connection. */
  public void throttle(int bytesPerSecond) {
    become(new LinkState.Throttled(bytesPerSecond));
  }

  /** Passes nothing on any more, and keeps all connections up. */
  public void halfOpen() {
    become(new LinkState.HalfOpen());
  }

  /**
   * Passes nothing on any more on the connections there are, and keeps them up; new ones work. So
   * it is where something on the way forgets the connections it knew.
   */
  public void stallEstablished() {
    connections.forEach(ProxiedConnection::stall);
  }

  /** Closes all connections and refuses new ones. */
  public void cut() {
    become(new LinkState.Cut());
  }

  /** Ends all faults. */
  public void heal() {
    connections.forEach(ProxiedConnection::resume);
    become(new LinkState.Clear());
  }

  private void become(LinkState next) {
    lock.lock();
    try {
      boolean wasCut = state instanceof LinkState.Cut;
      state = next;
      if (next instanceof LinkState.Cut) {
        closeAll();
      } else if (wasCut && !closed) {
        listener = listen();
        acceptor = accepting(listener);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void closeAll() {
    Sockets.close(listener);
    try {
      // A listener that somebody waits on is open until that thread has noticed.
      var _ = acceptor.join(END_LIMIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    connections.forEach(ProxiedConnection::close);
  }

  private ServerSocket listen() {
    try {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot listen on port %d".formatted(name, port), e);
    }
  }

  private Thread accepting(ServerSocket socket) {
    return Thread.ofVirtual().name(name).start(() -> accept(socket));
  }

  private void accept(ServerSocket socket) {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Thread.ofVirtual().name(name).start(() -> connect(client));
      } catch (IOException e) {
        // Closed, or one client gone before it was taken.
        Thread.onSpinWait();
      }
    }
  }

  private void connect(Socket client) {
    Socket server = new Socket();
    ProxiedConnection connection = new ProxiedConnection(this, client, server);
    connections.add(connection);
    try {
      client.setTcpNoDelay(true);
      awaitPassage(connection);
      server.connect(target, CONNECT_MILLIS);
      server.setTcpNoDelay(true);
      if (state instanceof LinkState.Cut) {
        connection.close();
      } else {
        connection.run();
      }
    } catch (IOException e) {
      connection.close();
    }
  }

  /** Waits until something may pass on a connection. */
  void awaitPassage(ProxiedConnection connection) {
    if (!holdsBack(connection)) {
      return;
    }
    lock.lock();
    try {
      while (holdsBack(connection)) {
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean holdsBack(ProxiedConnection connection) {
    return (state instanceof LinkState.HalfOpen || connection.isStalled())
        && !connection.isClosed();
  }

  void forget(ProxiedConnection connection) {
    connections.remove(connection);
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      closeAll();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
