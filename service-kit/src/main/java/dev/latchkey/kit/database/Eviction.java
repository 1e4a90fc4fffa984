package dev.latchkey.kit.database;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Where one connection was lost, the others of the pool are most likely lost too: they are replaced
 * before they are handed out, at most twice a second.
 */
final class Eviction implements Runnable {
  private static final long PAUSE = Duration.ofMillis(500).toNanos();

  private final Supplier<HikariDataSource> pool;
  private final AtomicLong last = new AtomicLong(System.nanoTime() - PAUSE);

  Eviction(Supplier<HikariDataSource> pool) {
    this.pool = pool;
  }

  @Override
  public void run() {
    long before = last.get();
    long now = System.nanoTime();
    HikariPoolMXBean connections = pool.get().getHikariPoolMXBean();
    if (connections != null && now - before >= PAUSE && last.compareAndSet(before, now)) {
      connections.softEvictConnections();
    }
  }
}
