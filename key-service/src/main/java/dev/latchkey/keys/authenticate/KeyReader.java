package dev.latchkey.keys.authenticate;

import dev.latchkey.keys.decision.KeyTerms;
import dev.latchkey.keys.decision.OwnerSource;
import dev.latchkey.keys.decision.PlainKey;
import dev.latchkey.keys.decision.RightsSource;
import dev.latchkey.keys.decision.Tenant;
import dev.latchkey.keys.decision.TenantSource;
import dev.latchkey.keys.hashing.KeyHash;
import dev.latchkey.keys.standby.KeyReads;
import dev.latchkey.keys.store.KeyStore;
import dev.latchkey.keys.store.StoredKey;
import dev.latchkey.keys.tenancy.Members;
import dev.latchkey.keys.tenancy.TenancyModel;
import dev.latchkey.keys.usage.UsageMeters;
import dev.latchkey.kit.database.Sql;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads keys from the database for decisions. Safe for use by many threads. */
@Singleton
class KeyReader {
  /** The database is taken for gone if it does not say a word for so long. */
  private static final Duration LONGEST_SILENCE = Duration.ofMillis(500);

  private final KeyReads reads;
  private final TenancyModel tenancy;
  private final Members members;
  private final UsageMeters meters;
  private final Sharing sharing;

  KeyReader(
      KeyReads reads, TenancyModel tenancy, Members members, UsageMeters meters, Sharing sharing) {
    this.reads = reads;
    this.tenancy = tenancy;
    this.members = members;
    this.meters = meters;
    this.sharing = sharing;
  }

  /** A key as it is stored, and its own account of credits. */
  record Stored(StoredKey key, Optional<UUID> account) {}

  /**
   * Those of the hashes that have a key.
   *
   * @throws dev.latchkey.kit.errors.ApiException {@code UNAVAILABLE} if the database cannot be
   *     asked
   */
  Map<KeyHash, Stored> read(Collection<KeyHash> hashes) {
    return reads.read(hashes, KeyReader::read);
  }

  /** Whether keys can be read although the primary database is lost. */
  boolean canReadWithoutPrimary() {
    return reads.standbySpeaksAlone();
  }

  private static Map<KeyHash, Stored> read(Connection connection, Collection<KeyHash> hashes) {
    Sql.limitSilence(connection, LONGEST_SILENCE);
    return KeyStore.withAccounts(connection, hashes, Stored::new).stream()
        .collect(Collectors.toMap(stored -> stored.key().hash(), Function.identity()));
  }

  /**
   * What decisions need of a key. May read its tenancy and its owner, if they are not in memory.
   */
  Lookup.Found found(Stored stored, long readAt) {
    StoredKey key = stored.key();
    KeyTerms terms = sharing.one(terms(key));
    return new Lookup.Found(
        readAt,
        key.hash(),
        new PlainKey(key.id(), sharing.one(key.validity()), terms),
        sharing.one(key.binding().lineage()),
        sharing.one(new CommonAnswer(terms)),
        AuthenticateMessages.own(key).toByteArray(),
        stored.account(),
        meters);
  }

  private KeyTerms terms(StoredKey key) {
    TenantSource tenant =
        key.binding().nodeId().<TenantSource>map(tenancy::require).orElse(() -> Tenant.PLATFORM);
    UUID ownerUserId = key.ownerUserId();
    OwnerSource owner = ownerUserId == null ? null : members.get(ownerUserId);
    return new KeyTerms(
        key.binding().nodeId(),
        key.mode(),
        key.prefix(),
        List.copyOf(key.roles()),
        sharing.one(key.allowedNetworks()),
        sharing.one(key.resources()),
        List.copyOf(key.rateLimits()),
        sharing.one(new RightsSource(key.scopes(), key.roles(), tenant, owner)));
  }
}
