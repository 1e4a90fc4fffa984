package dev.latchkey.harness.bench;

import dev.latchkey.harness.attack.Samples;
import dev.latchkey.harness.platform.Await;
import dev.latchkey.harness.platform.EmbeddedDatabase;
import dev.latchkey.harness.platform.Platform;
import dev.latchkey.harness.platform.Service;
import dev.latchkey.kit.secret.Secret;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A key-service with its tenancy whose table of keys can be grown to any size, with keys that every
 * check applies to.
 */
final class StoredGround implements AutoCloseable {
  private static final Duration PRIMING_LIMIT = Duration.ofMinutes(5);
  private static final Duration PRIMING_STEP = Duration.ofSeconds(1);

  private final Platform platform;
  private final StoredKeys keys;
  private final List<Secret> known = new ArrayList<>();
  private int stored;

  private StoredGround(Platform platform, StoredKeys keys) {
    this.platform = platform;
    this.keys = keys;
  }

  /**
   * Starts the services and issues one key in each of ten environments.
   *
   * @param settings of key-service, {@code LATCHKEY_…}
   */
  static StoredGround start(Map<String, String> settings) {
    Platform platform = Platform.prepare(Platform.FULL_SPEED);
    try {
      settings.forEach(platform.service(Service.KEY_SERVICE)::set);
      platform.start(Service.TENANT_SERVICE, Service.KEY_SERVICE);
      List<Secret> models = new BenchKeys(platform.operator()).issue(BenchKeys.ENVIRONMENTS);
      return new StoredGround(
          platform, new StoredKeys(platform.database(Service.KEY_SERVICE), models));
    } catch (RuntimeException e) {
      platform.close();
      throw e;
    }
  }

  /**
   * Adds keys until there are so many beside those it began with.
   *
   * @param wanted how many in all
   * @param usable how many of them can be used; no fewer than before
   */
  void grow(int wanted, int usable) throws SQLException {
    stored += usable - known.size();
    known.addAll(keys.addKnown(usable - known.size()));
    keys.addUnknown(wanted - stored);
    stored = wanted;
    keys.settle();
  }

  /** The keys that can be used. */
  List<Secret> known() {
    return List.copyOf(known);
  }

  /** How large the database is, in bytes. */
  long bytes() throws SQLException {
    return keys.bytes();
  }

  /** Calls about the keys that can be used, one at random for each call. */
  UnaryLoad load(String target, BenchOptions options) {
    return new UnaryLoad(
        Connections.open(target, platform.operatorKey(), options.connections),
        known.stream().map(AuthenticateGround::request).toList(),
        Expected.ALLOWED,
        options.inFlight);
  }

  /** Asks about the keys that can be used until all of them are in key-service's memory. */
  void prime(BenchOptions options) {
    try (Load load = load(keyService(), options).inTurn()) {
      Await.until(
          PRIMING_LIMIT,
          () -> {
            load.run(PRIMING_STEP);
            return metric("latchkey_keys_cached") >= known.size();
          },
          () -> "only %.0f keys are in memory".formatted(metric("latchkey_keys_cached")));
    }
  }

  /** The key-service, {@code host:port}. */
  String keyService() {
    return platform.target(Service.KEY_SERVICE);
  }

  /** Starts a server that does nothing, and tells its address. */
  String startNoOp() throws IOException {
    return AuthenticateGround.startNoOp(platform, AuthenticateGround.request(known.getFirst()));
  }

  EmbeddedDatabase database() {
    return platform.database(Service.KEY_SERVICE);
  }

  /** How many keys and minutes were counted on whose usage is not written yet. */
  double unwritten() {
    return metric("latchkey_usage_counting") + metric("latchkey_usage_waiting");
  }

  /** How many requests were decided until now. */
  long decisions() {
    return (long) metric("latchkey_authenticate_decisions_total");
  }

  /** How many keys were looked up in the database until now. */
  long lookups() {
    return (long) metric("latchkey_keys_lookups_total");
  }

  /** How many queries these took. */
  long queries() {
    return (long) metric("latchkey_keys_lookup_queries_total");
  }

  private double metric(String name) {
    String page = platform.service(Service.KEY_SERVICE).metrics();
    if (!page.contains("\n" + name)) {
      throw new IllegalStateException("key-service does not tell " + name);
    }
    return Samples.sum(page, name);
  }

  @Override
  public void close() {
    platform.close();
  }
}
