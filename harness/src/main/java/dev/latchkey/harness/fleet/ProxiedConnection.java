package dev.latchkey.harness.fleet;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One connection through a {@link TcpProxy}, both directions. When either side ends, both do. */
final class ProxiedConnection {
  private static final int CHUNK = 32 << 10;
  private static final int CHUNKS_UNDER_WAY = 256;
  private static final double NANOS_PER_SECOND = 1e9;

  private final TcpProxy proxy;
  private final Socket client;
  private final Socket server;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean stalled;

  ProxiedConnection(TcpProxy proxy, Socket client, Socket server) {
    this.proxy = proxy;
    this.client = client;
    this.server = server;
  }

  /** Passes on until either side ends. */
  void run() {
    Thread.startVirtualThread(new Direction(server, client)::run);
    new Direction(client, server).run();
  }

  void stall() {
    stalled = true;
  }

  void resume() {
    stalled = false;
  }

  boolean isStalled() {
    return stalled;
  }

  boolean isClosed() {
    return closed.get();
  }

  void close() {
    if (closed.compareAndSet(false, true)) {
      Sockets.close(client);
      Sockets.close(server);
      proxy.forget(this);
    }
  }

  /** Bytes and when they may go on, by {@link System#nanoTime}. */
  private record Chunk(ByteBuffer bytes, long due) {}

  private final class Direction {
    private final Socket from;
    private final Socket to;
    private final AtomicInteger underWay = new AtomicInteger();
    private @Nullable BlockingQueue<Chunk> delayed;

    Direction(Socket from, Socket to) {
      this.from = from;
      this.to = to;
    }

    void run() {
      byte[] buffer = new byte[CHUNK];
      try {
        int length = from.getInputStream().read(buffer);
        while (length >= 0) {
          proxy.awaitPassage(ProxiedConnection.this);
          pass(buffer, length);
          length = from.getInputStream().read(buffer);
        }
      } catch (IOException e) {
        // The other side is told below, as of any end.
        Thread.onSpinWait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      // An end is as little passed on as anything else.
      proxy.awaitPassage(ProxiedConnection.this);
      close();
    }

    private void pass(byte[] buffer, int length) throws IOException, InterruptedException {
      switch (proxy.state()) {
        case LinkState.Delayed(var by) -> later(buffer, length, by.toNanos());
        case LinkState.Throttled(var bytesPerSecond) -> {
          write(buffer, length);
          LockSupport.parkNanos((long) (NANOS_PER_SECOND * length / bytesPerSecond));
        }
        case LinkState.Clear() -> write(buffer, length);
        case LinkState.HalfOpen() -> write(buffer, length);
        case LinkState.Cut() -> close();
      }
    }

    /** Behind what is still delayed, or at once. Only this thread adds to what is delayed. */
    private void write(byte[] buffer, int length) throws IOException, InterruptedException {
      if (underWay.get() > 0) {
        later(buffer, length, 0);
      } else {
        to.getOutputStream().write(buffer, 0, length);
      }
    }

    private void later(byte[] buffer, int length, long delayNanos) throws InterruptedException {
      BlockingQueue<Chunk> queue = delayed;
      if (queue == null) {
        queue = new ArrayBlockingQueue<>(CHUNKS_UNDER_WAY);
        delayed = queue;
        BlockingQueue<Chunk> made = queue;
        Thread.startVirtualThread(() -> writeWhenDue(made));
      }
      underWay.incrementAndGet();
      Chunk chunk =
          new Chunk(ByteBuffer.wrap(Arrays.copyOf(buffer, length)), System.nanoTime() + delayNanos);
      boolean queued = false;
      while (!queued && !isClosed()) {
        queued = queue.offer(chunk, 1, TimeUnit.SECONDS);
      }
    }

    private void writeWhenDue(BlockingQueue<Chunk> queue) {
      try {
        while (!isClosed()) {
          Chunk chunk = queue.poll(1, TimeUnit.SECONDS);
          if (chunk != null) {
            for (long left = chunk.due() - System.nanoTime();
                left > 0 && !isClosed();
                left = chunk.due() - System.nanoTime()) {
              LockSupport.parkNanos(left);
            }
            proxy.awaitPassage(ProxiedConnection.this);
            to.getOutputStream().write(chunk.bytes().array());
            underWay.decrementAndGet();
          }
        }
      } catch (IOException e) {
        close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
