package dev.latchkey.keys.standby;

import dev.latchkey.keys.feed.FeedPosition;
import dev.latchkey.keys.feed.Pulse;
import dev.latchkey.keys.feed.Pulses;
import dev.latchkey.keys.hashing.KeyHash;
import dev.latchkey.keys.limits.NanoTime;
import dev.latchkey.kit.database.Database;
import dev.latchkey.kit.database.ReadPool;
import dev.latchkey.kit.errors.ApiException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Looks keys up for decisions, on connections that no other work uses. A standby is asked first
 * where there is one that is recent enough to be kept in memory; what it does not have is always
 * confirmed on the primary. Safe for use by many threads.
 */
@Singleton
public class KeyReads {
  /**
   * With the log silent for longer, the point of reading is to learn what is new, which only the
   * primary knows.
   */
  private static final Duration HEARD_LATELY = Duration.ofSeconds(1);

  /**
   * How long the standby speaks for a primary that is lost: as of the last reading of the log, like
   * the memory does within the trust window.
   */
  private static final Duration SPEAKS_ALONE = Duration.ofSeconds(5);

  private final ReadPool primary;
  private final StandbyGate gate;
  private final Pulse pulse;
  private final @Nullable Standby standby;
  private final Counter fromStandby;
  private final Counter fromPrimary;

  KeyReads(
      ReadPool primary,
      Provider<Database> database,
      StandbySettings settings,
      StandbyGate gate,
      Pulses pulses,
      MeterRegistry metrics) {
    this.primary = primary;
    this.gate = gate;
    this.pulse = pulses.keys();
    this.standby =
        settings
            .url()
            .map(url -> new Standby(database.get().lookups(url), NanoTime.SYSTEM))
            .orElse(null);
    this.fromStandby = counter(metrics, "standby");
    this.fromPrimary = counter(metrics, "primary");
  }

  private static Counter counter(MeterRegistry metrics, String server) {
    return Counter.builder("latchkey.keys.database.reads")
        .description("Look-ups of keys that were not in memory, by the server that answered")
        .tag("server", server)
        .register(metrics);
  }

  /**
   * What is stored for those of the hashes that have a key.
   *
   * @param query reads it; called with some or all of the hashes, once or twice
   * @throws ApiException {@code UNAVAILABLE} if no server can be asked
   */
  public <T> Map<KeyHash, T> read(
      Collection<KeyHash> hashes,
      BiFunction<Connection, Collection<KeyHash>, Map<KeyHash, T>> query) {
    if (standbySpeaksAlone()) {
      return withoutPrimary(hashes, query);
    }
    Map<KeyHash, T> found = new HashMap<>();
    if (pulse.silenceNanos() <= HEARD_LATELY.toNanos()) {
      found.putAll(onStandby(hashes, query).orElse(Map.of()));
    }
    List<KeyHash> missing = hashes.stream().filter(hash -> !found.containsKey(hash)).toList();
    if (!missing.isEmpty()) {
      found.putAll(primary.read(connection -> query.apply(connection, missing)));
      fromPrimary.increment();
    }
    return found;
  }

  /**
   * Whether the primary is lost, and the standby is asked alone: not waiting for a primary that
   * does not answer is what makes it worth asking.
   */
  public boolean standbySpeaksAlone() {
    return standby != null
        && pulse.isLost()
        && gate.required() != null
        && pulse.silenceNanos() <= SPEAKS_ALONE.toNanos();
  }

  private <T> Optional<Map<KeyHash, T>> onStandby(
      Collection<KeyHash> hashes,
      BiFunction<Connection, Collection<KeyHash>, Map<KeyHash, T>> query) {
    FeedPosition required = gate.required();
    if (standby == null || required == null) {
      return Optional.empty();
    }
    Optional<Map<KeyHash, T>> read =
        standby.read(required, connection -> query.apply(connection, hashes));
    read.ifPresent(keys -> fromStandby.increment());
    return read;
  }

  /** That a hash has no key is not for the standby to say: keys are made without a word. */
  private <T> Map<KeyHash, T> withoutPrimary(
      Collection<KeyHash> hashes,
      BiFunction<Connection, Collection<KeyHash>, Map<KeyHash, T>> query) {
    return onStandby(hashes, query)
        .filter(keys -> keys.keySet().containsAll(hashes))
        .orElseThrow(() -> ApiException.unavailable("key database"));
  }

  @PreDestroy
  void stop() {
    if (standby != null) {
      standby.close();
    }
  }
}
