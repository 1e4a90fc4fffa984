package dev.latchkey.harness.bench;

import dev.latchkey.harness.platform.EmbeddedDatabase;
import dev.latchkey.kit.database.ReadPool;
import dev.latchkey.kit.database.Sql;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Authenticate of keys that are not in key-service's memory against the least that any server could
 * do for one: to have the database find the row by its hash.
 */
final class ColdBench implements Benchmark {
  /** The fewest keys that key-service can be told to keep in memory. */
  private static final String CACHED = "1000";

  /**
   * A hundred times as many, asked for in turn: a memory that holds on to some of them, whatever
   * comes, answers one call in a hundred.
   */
  private static final int KEYS = 100_000;

  /** How many connections key-service keeps by default. */
  private static final int POOL_SIZE = 10;

  /** It looks keys up on half of them. */
  private static final int LOOKUP_CONNECTIONS = POOL_SIZE / 2;

  @Override
  public String name() {
    return "cold";
  }

  @Override
  public String description() {
    return "Authenticate of keys that are never cached against a SELECT of one row.";
  }

  @Override
  public List<Result> run(BenchOptions options, PrintWriter out) throws Exception {
    out.println("starting key-service and tenant-service");
    out.flush();
    try (StoredGround ground = StoredGround.start(Map.of("LATCHKEY_CACHED_KEYS", CACHED))) {
      ground.grow(KEYS, KEYS);
      UsageWritten usage = new UsageWritten(ground);
      try (NeverCached measured =
              new NeverCached(ground.load(ground.keyService(), options).inTurn(), ground);
          Load baseline = selects(ground, options.inFlight)) {
        out.printf(
            "%,d keys in turn, %s of them fit in memory; %d in flight on %d connections%n",
            KEYS, CACHED, options.inFlight, options.connections);
        Result result =
            new Pairs("authenticate", usage.before(measured), "select", usage.before(baseline), out)
                .run(options)
                .result(
                    name(),
                    "Authenticate, unary, never cached, 64 in flight: calls/s",
                    "a prepared SELECT of one row by its hash, same database, same pool",
                    Bound.atLeast(0.70, 0.85, ""));
        return List.of(
            result.and(
                String.format(
                    Locale.ROOT,
                    "%.1f of 100 calls were looked up in the database, %.1f in a query",
                    100 * measured.share(),
                    measured.lookupsPerQuery())));
      }
    }
  }

  private static Load selects(StoredGround ground, int inFlight) throws SQLException {
    EmbeddedDatabase database = ground.database();
    List<byte[]> hashes = ground.known().stream().map(StoredKeys::hash).toList();
    AtomicInteger turn = new AtomicInteger();
    ReadPool pool = database.attach(POOL_SIZE).lookups();
    return new BlockingLoad(
        inFlight,
        LOOKUP_CONNECTIONS,
        () -> select(pool, hashes.get(Math.floorMod(turn.getAndIncrement(), hashes.size()))),
        pool);
  }

  private static void select(ReadPool pool, byte[] hash) {
    byte[] found =
        pool.read(
                connection ->
                    Sql.first(
                        connection,
                        "SELECT * FROM api_key WHERE hash = ?",
                        row -> row.getBytes("hash"),
                        hash))
            .orElseThrow();
    if (!Arrays.equals(found, hash)) {
      throw new IllegalStateException("the row of another key was found");
    }
  }
}
