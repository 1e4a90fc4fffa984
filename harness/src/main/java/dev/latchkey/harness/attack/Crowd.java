package dev.latchkey.harness.attack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Many connections to one port that do next to nothing: silent, or with a byte of a request now and
 * then. For one thread at a time.
 */
public final class Crowd implements AutoCloseable {
  /**
   * So many are opened in a row: what is shown is many connections, not many at the same moment.
   */
  private static final int IN_A_ROW = 100;

  private static final Duration PAUSE = Duration.ofMillis(50);

  private final List<SocketChannel> connections = new ArrayList<>();
  private final byte[] request;
  private int next;

  private Crowd(byte[] request) {
    this.request = request.clone();
  }

  /**
   * Connects so many times, 2,000 times a second. Connections that the other side refuses are left
   * out.
   *
   * @param request what {@link #trickle} sends, byte by byte; empty for silent connections
   */
  public static Crowd of(int port, int connections, byte[] request) {
    Crowd crowd = new Crowd(request);
    for (int i = 0; i < connections; i++) {
      crowd.connect(port);
      if (i % IN_A_ROW == IN_A_ROW - 1) {
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
    return crowd;
  }

  /** Sends bytes at once on every connection, before what {@link #trickle} sends. */
  public Crowd begin(byte[] bytes) {
    connections.forEach(channel -> send(channel, bytes));
    return this;
  }

  private void connect(int port) {
    try {
      SocketChannel channel = SocketChannel.open();
      try {
        channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.configureBlocking(false);
        connections.add(channel);
      } catch (IOException refused) {
        channel.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends the next byte of the request on every connection that still takes one. */
  public void trickle() {
    if (next >= request.length) {
      return;
    }
    byte[] one = {request[next++]};
    connections.forEach(channel -> send(channel, one));
  }

  private static void send(SocketChannel channel, byte[] bytes) {
    try {
      int _ = channel.write(ByteBuffer.wrap(bytes));
    } catch (IOException closed) {
      close(channel);
    }
  }

  /** How many connections the other side has not closed. */
  public int open() {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 14);
    int open = 0;
    for (SocketChannel channel : connections) {
      open += isOpen(channel, buffer) ? 1 : 0;
    }
    return open;
  }

  private static boolean isOpen(SocketChannel channel, ByteBuffer buffer) {
    if (!channel.isOpen()) {
      return false;
    }
    try {
      int read;
      do {
        buffer.clear();
        read = channel.read(buffer);
      } while (read > 0);
      if (read == 0) {
        return true;
      }
    } catch (IOException reset) {
      // Closed by the other side as well.
    }
    close(channel);
    return false;
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    connections.forEach(Crowd::close);
  }
}
