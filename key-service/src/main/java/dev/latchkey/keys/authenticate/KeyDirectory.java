package dev.latchkey.keys.authenticate;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.latchkey.keys.KeyServiceSettings;
import dev.latchkey.keys.authenticate.LookupMetrics.Outcome;
import dev.latchkey.keys.hashing.HashBits;
import dev.latchkey.keys.hashing.KeyHash;
import dev.latchkey.kit.errors.ApiException;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The keys by their hash: in memory those in use, in the database all. A key that is not in memory
 * is read once, however many ask for it at the same time; a hash that no key has is remembered for
 * a short time, apart from the keys, and forgotten the moment such a key is created.
 *
 * <p>{@link #forget} after a change's commit is all it takes to make the change hold here: what a
 * reading brings is put into memory only while it is the one under way, and forgetting ends that.
 *
 * <p>The memory holds as long as the log of keys is heard: see {@link TrustWindow}. Beyond it keys
 * are read anew, and while that cannot be done, those in memory are answered for a time.
 */
@Singleton
public class KeyDirectory {
  private static final Duration UNKNOWN_REMEMBERED = Duration.ofSeconds(5);
  private static final int MOST_UNKNOWN = 20_000;

  /** How long a caller waits for a key that is not in memory. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

  /** The same past the trust window. */
  private static final Duration LONGEST_READ_THROUGH = Duration.ofMillis(500);

  private final KeyLoader loader;
  private final TrustWindow trust;
  private final LookupMetrics metrics;
  private final Cache<KeyHash, Lookup.Found> keys;

  /** Of these most, in fewer steps. What it has holds as much as what they have. */
  private final KeyTable table = new KeyTable();

  private final Cache<KeyHash, Lookup.Unknown> unknown;
  private final ConcurrentMap<KeyHash, Reading> underWay = new ConcurrentHashMap<>();

  KeyDirectory(
      KeyLoader loader, TrustWindow trust, LookupMetrics metrics, KeyServiceSettings settings) {
    this.loader = loader;
    this.trust = trust;
    this.metrics = metrics;
    this.keys =
        Caffeine.newBuilder()
            .maximumSize(settings.cachedKeys())
            .executor(Runnable::run)
            .evictionListener(
                (@Nullable KeyHash hash, Lookup.@Nullable Found key, RemovalCause cause) -> {
                  if (key != null) {
                    table.remove(key);
                  }
                })
            .build();
    this.unknown =
        Caffeine.newBuilder()
            .maximumSize(MOST_UNKNOWN)
            .executor(Runnable::run)
            .expireAfterWrite(UNKNOWN_REMEMBERED)
            .build();
  }

  /** What is in memory for a hash and can be trusted, or null. Never waits. */
  @Nullable Lookup ifPresent(HashBits hash) {
    return trust.isTrusted() ? inMemory(hash) : null;
  }

  /** What a hash belongs to, read from the database if need be. Does not wait. */
  CompletableFuture<Lookup> find(KeyHash hash) {
    Lookup.Read present = inMemory(hash);
    if (present != null && trust.holds(present)) {
      return CompletableFuture.completedFuture(present);
    }
    if (!loader.canLoad()) {
      Lookup.Found lasting = lasting(hash);
      if (lasting != null) {
        return CompletableFuture.completedFuture(lasting);
      }
      metrics.count(Outcome.REFUSED);
      return CompletableFuture.failedFuture(unreachable());
    }
    return read(hash).exceptionallyCompose(failure -> withoutDatabase(hash, failure));
  }

  private Lookup.@Nullable Read inMemory(HashBits bits) {
    Lookup.Found key = table.get(bits);
    if (key == null) {
      KeyHash hash = bits.fixed();
      key = keys.policy().getIfPresentQuietly(hash);
      if (key == null) {
        return unknown.getIfPresent(hash);
      }
    }
    if (key.isIdle()) {
      // For the memory to know which keys are in use, the first use of each few seconds is enough:
      // to note one costs more than to look up.
      var _ = keys.getIfPresent(key.hash());
    }
    return key;
  }

  /** A key that is answered although the database cannot be asked; null if there is none. */
  private Lookup.@Nullable Found lasting(KeyHash hash) {
    Lookup.Found key = keys.getIfPresent(hash);
    return key != null && trust.lasts(key) ? key : null;
  }

  private CompletableFuture<Lookup> withoutDatabase(KeyHash hash, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    Throwable known = cause instanceof TimeoutException ? unreachable() : cause;
    if (TrustWindow.isOutage(known)) {
      Lookup.Found lasting = lasting(hash);
      if (lasting != null) {
        return CompletableFuture.completedFuture(lasting);
      }
    }
    return CompletableFuture.failedFuture(known);
  }

  private static ApiException unreachable() {
    return ApiException.unavailable("key database");
  }

  private CompletableFuture<Lookup> read(KeyHash hash) {
    Reading own = new Reading(hash);
    Reading present = underWay.putIfAbsent(hash, own);
    if (present != null) {
      return present.result;
    }
    Duration limit = LONGEST_WAIT;
    if (!trust.isTrusted()) {
      metrics.readThrough();
      limit = LONGEST_READ_THROUGH;
    }
    loader.load(own);
    var _ = own.answer.orTimeout(limit.toNanos(), TimeUnit.NANOSECONDS);
    return own.result;
  }

  /** A reading of one hash, for all who ask for it meanwhile. */
  private final class Reading implements KeyLoader.Wanted {
    private final KeyHash hash;
    private final CompletableFuture<Lookup> answer = new CompletableFuture<>();

    /** Completed only after {@link #over}: who is told of a failure must find it noted. */
    private final CompletableFuture<Lookup> result;

    Reading(KeyHash hash) {
      this.hash = hash;
      this.result = answer.whenComplete(this::over);
    }

    @Override
    public KeyHash hash() {
      return hash;
    }

    @Override
    public boolean isOver() {
      return answer.isDone();
    }

    @Override
    public void complete(Lookup.Read read) {
      underWay.computeIfPresent(
          hash,
          (same, present) -> {
            if (present != this) {
              return present;
            }
            remember(hash, read);
            return null;
          });
      answer.complete(read);
    }

    @Override
    public void fail(Throwable failure) {
      underWay.remove(hash, this);
      answer.completeExceptionally(failure);
    }

    private void over(@Nullable Lookup lookup, @Nullable Throwable failure) {
      if (failure instanceof TimeoutException) {
        underWay.remove(hash, this);
        metrics.count(Outcome.FAILED);
        trust.failed();
      }
    }
  }

  private void remember(KeyHash hash, Lookup.Read read) {
    switch (read) {
      case Lookup.Found key -> {
        unknown.invalidate(hash);
        // First here: the cache may throw it out at once, and takes it from here then.
        table.put(key);
        keys.put(hash, key);
      }
      case Lookup.Unknown none -> {
        table.remove(hash);
        keys.invalidate(hash);
        unknown.put(hash, none);
      }
    }
  }

  /** Makes a committed change of a key hold on this node, before the call that made it returns. */
  public void forget(KeyHash hash) {
    underWay.remove(hash);
    table.remove(hash);
    keys.invalidate(hash);
    unknown.invalidate(hash);
  }

  /** Forgets all there is in memory: changes may have been missed. */
  public void forgetAll() {
    underWay.clear();
    table.clear();
    keys.invalidateAll();
    unknown.invalidateAll();
  }

  /** How many keys are in memory. */
  public long size() {
    return keys.estimatedSize();
  }

  /** How many unknown hashes are in memory. */
  long unknownSize() {
    return unknown.estimatedSize();
  }
}
