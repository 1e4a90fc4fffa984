package dev.latchkey.keys.authenticate;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.keys.KeyServiceSettings;
import dev.latchkey.keys.credits.AccountStore;
import dev.latchkey.keys.decision.KnownKey;
import dev.latchkey.keys.decision.OwnerSource;
import dev.latchkey.keys.decision.RightsSource;
import dev.latchkey.keys.decision.Tenant;
import dev.latchkey.keys.decision.TenantSource;
import dev.latchkey.keys.hashing.KeyHash;
import dev.latchkey.keys.store.KeyStore;
import dev.latchkey.keys.store.StoredKey;
import dev.latchkey.keys.tenancy.Members;
import dev.latchkey.keys.tenancy.TenancyModel;
import dev.latchkey.keys.usage.UsageMeters;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The keys by their hash: in memory those in use, in the database all. A key that is not in memory
 * is read once, however many ask for it at the same time; a hash that no key has is remembered for
 * a short time, and forgotten the moment such a key is created.
 *
 * <p>{@link #forget} after a change's commit is all it takes to make the change hold here: a read
 * that began before the commit is dropped from memory with the entry, so it cannot put back what it
 * read.
 */
@Singleton
public class KeyDirectory {
  private static final Duration UNKNOWN_REMEMBERED = Duration.ofSeconds(5);
  private static final int WAITING_LOADS = 10_000;

  private final Transactions transactions;
  private final TenancyModel tenancy;
  private final UsageMeters meters;
  private final Members members;
  private final ExecutorService loaders;
  private final AsyncCache<KeyHash, Lookup> cache;

  KeyDirectory(
      Transactions transactions,
      TenancyModel tenancy,
      Members members,
      UsageMeters meters,
      KeyServiceSettings settings) {
    this.transactions = transactions;
    this.tenancy = tenancy;
    this.members = members;
    this.meters = meters;
    int connections = settings.database().poolSize();
    this.loaders =
        new ThreadPoolExecutor(
            connections,
            connections,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(WAITING_LOADS),
            Thread.ofVirtual().name("key-loader-", 0).factory());
    this.cache =
        Caffeine.newBuilder()
            .maximumSize(settings.cachedKeys())
            .expireAfter(Expiry.<KeyHash, Lookup>creating((hash, lookup) -> lifetime(lookup)))
            .buildAsync();
  }

  private static Duration lifetime(Lookup lookup) {
    return switch (lookup) {
      case Lookup.Found found -> Duration.ofNanos(Long.MAX_VALUE);
      case Lookup.Refused refused -> UNKNOWN_REMEMBERED;
    };
  }

  /** What is in memory for a hash, or null. Never waits. */
  @Nullable Lookup ifPresent(KeyHash hash) {
    CompletableFuture<Lookup> entry = cache.getIfPresent(hash);
    return entry != null && entry.isDone() && !entry.isCompletedExceptionally()
        ? entry.join()
        : null;
  }

  /** What a hash belongs to, read from the database if need be. Does not wait. */
  CompletableFuture<Lookup> find(KeyHash hash) {
    try {
      return cache.get(
          hash, (missing, executor) -> CompletableFuture.supplyAsync(() -> load(missing), loaders));
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(ApiException.overloaded());
    }
  }

  private record Stored(StoredKey key, Optional<UUID> account) {}

  private Lookup load(KeyHash hash) {
    return transactions
        .read(
            connection ->
                KeyStore.byHash(connection, hash)
                    .map(key -> new Stored(key, AccountStore.idOf(connection, key.id()))))
        .<Lookup>map(
            stored ->
                new Lookup.Found(
                    known(stored.key()),
                    stored.account(),
                    meters.of(stored.key().id(), stored.key().binding().lineage())))
        .orElse(Lookup.UNKNOWN);
  }

  private KnownKey known(StoredKey key) {
    TenantSource tenant =
        key.binding().nodeId().<TenantSource>map(tenancy::require).orElse(() -> Tenant.PLATFORM);
    UUID ownerUserId = key.ownerUserId();
    OwnerSource owner = ownerUserId == null ? null : members.get(ownerUserId);
    return new KnownKey(
        key.id(),
        key.binding().nodeId(),
        key.name(),
        key.mode(),
        key.prefix(),
        key.lastCharacters(),
        key.scopes(),
        key.roles(),
        key.metadata(),
        key.validity(),
        key.allowedNetworks(),
        key.resources(),
        key.rateLimits(),
        new RightsSource(key.scopes(), key.roles(), tenant, owner));
  }

  /** Makes a committed change of a key hold on this node, before the call that made it returns. */
  public void forget(KeyHash hash) {
    cache.synchronous().invalidate(hash);
  }

  /** Forgets every key: what is in use is read again. */
  void forgetAll() {
    cache.synchronous().invalidateAll();
  }

  /** How many keys and unknown hashes are in memory. */
  public long size() {
    return cache.synchronous().estimatedSize();
  }

  @PreDestroy
  void stop() {
    loaders.shutdownNow();
  }
}
