package dev.latchkey.harness.fleet;

import dev.latchkey.harness.platform.Await;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The fleet's database servers: a primary with the databases {@code keys} and {@code tenancy}, and
 * a streaming standby that each commit waits for, where the deployment has one. For one thread at a
 * time.
 */
public final class Postgres {
  /** The databases of the services. */
  public static final String KEYS = "keys";

  public static final String TENANCY = "tenancy";

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Links links;
  private final PostgresServer first;
  private final @Nullable PostgresServer second;
  private PostgresServer primary;
  private @Nullable PostgresServer standby;

  Postgres(PostgresServer first, Optional<PostgresServer> second, Links links) {
    this.first = first;
    this.second = second.orElse(null);
    this.primary = first;
    this.links = links;
  }

  /** The server that takes writes. */
  public PostgresServer primary() {
    return primary;
  }

  /** The server that follows it, if there is one now. */
  public Optional<PostgresServer> standby() {
    return Optional.ofNullable(standby);
  }

  void create() {
    primary.create();
    primary.execute("postgres", "CREATE DATABASE " + KEYS, "CREATE DATABASE " + TENANCY);
  }

  /**
   * Gives the primary a standby, made anew from it where there is none, and has each commit wait
   * for it from now on. Does nothing where the deployment has only one server, or both run as they
   * should.
   */
  public void ensureStandby() {
    PostgresServer free = primary.equals(first) ? second : first;
    if (free == null || standby != null) {
      return;
    }
    free.kill();
    free.copy(links.between(free.party(), primary.party()).port());
    Await.until(
        LIMIT,
        () ->
            primary.number(
                    "postgres",
                    "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'")
                > 0,
        () -> free.party() + " does not stream");
    // After the copy was made, so that the copy does not wait for a standby of its own.
    primary.execute(
        "postgres", "ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()");
    Await.until(
        LIMIT,
        () ->
            primary.number(
                    "postgres",
                    "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'")
                > 0,
        () -> free.party() + " is not synchronous");
    standby = free;
  }

  /** Kills the primary (SIGKILL). Nothing takes its place by itself. */
  public void killPrimary() {
    primary.kill();
  }

  /** Makes the standby the primary; it has no standby until {@link #ensureStandby}. */
  public void promoteStandby() {
    PostgresServer next = standby;
    if (next == null) {
      throw new IllegalStateException("there is no standby");
    }
    next.promote();
    primary = next;
    standby = null;
  }
}
