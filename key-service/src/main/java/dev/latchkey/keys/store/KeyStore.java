package dev.latchkey.keys.store;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import dev.latchkey.keys.decision.Validity;
import dev.latchkey.keys.format.Mode;
import dev.latchkey.keys.hashing.KeyHash;
import dev.latchkey.keys.resource.ResourceGrants;
import dev.latchkey.keys.tenancy.Level;
import dev.latchkey.kit.database.Sql;
import dev.latchkey.kit.limits.RateLimits;
import dev.latchkey.kit.net.AllowedNetworks;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Reads and writes the table of keys, inside the caller's transaction. */
public final class KeyStore {
  private static final String COLUMNS =
      """
      id, hash, imported, node_level, organization_id, project_id, environment_id, workspace_id,
             owner_user_id, owner_inactive, name, mode, prefix, last_characters, scopes, roles, metadata, allowed_networks, resources,
             rate_limits, state, not_before, expire_time, retire_time, predecessor_id, successor_id, creator_id, revocation_reason,
             revocation_note, revoke_time, create_time, update_time, version
      """;
  private static final String ALL = "SELECT " + COLUMNS + " FROM api_key ";
  private static final String WITH_ACCOUNTS =
      "SELECT "
          + COLUMNS
          + ", (SELECT account_id FROM credit_holder WHERE holder_id = api_key.id) AS account_id"
          + " FROM api_key WHERE hash = ANY (?)";
  private static final String INSERT =
      """
      INSERT INTO api_key (id, hash, imported, node_id, node_level, organization_id, project_id,
                           environment_id, workspace_id, owner_user_id, name, mode, prefix, last_characters,
                           scopes, roles, metadata, allowed_networks, resources, rate_limits, state, not_before, expire_time, retire_time,
                           predecessor_id, successor_id, creator_id, create_time, update_time,
                           version)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;
  private static final String UPDATE =
      """
      UPDATE api_key
      SET name = ?, scopes = ?, roles = ?, metadata = ?::jsonb, allowed_networks = ?, resources = ?, rate_limits = ?, state = ?, owner_inactive = ?,
          not_before = ?, expire_time = ?,
          retire_time = ?, successor_id = ?, revocation_reason = ?, revocation_note = ?,
          revoke_time = ?, update_time = ?, version = ?
      WHERE id = ?
      """;

  private static final String OUTSIDE =
      """
      WHERE owner_user_id = ? AND NOT owner_inactive AND state <> 'REVOKED'
        AND NOT ARRAY[organization_id, project_id, environment_id, workspace_id] && ?
      ORDER BY id FOR UPDATE
      """;
  private static final String COUNT_LIVE =
      """
      WITH live AS (
        SELECT id, successor_id FROM api_key
        WHERE organization_id = ? AND state <> 'REVOKED'
          AND coalesce(expire_time > ?, true) AND coalesce(retire_time > ?, true))
      SELECT count(*) AS live FROM live
      WHERE NOT EXISTS (SELECT 1 FROM live successor WHERE successor.id = live.successor_id)
      """;

  private static final Gson JSON = new Gson();
  private static final TypeToken<Map<String, String>> TEXTS = new TypeToken<>() {};
  static final List<String> LINEAGE_COLUMNS =
      List.of("organization_id", "project_id", "environment_id", "workspace_id");

  private KeyStore() {}

  /** The key with a hash. */
  public static Optional<StoredKey> byHash(Connection connection, KeyHash hash) {
    return Sql.first(connection, ALL + "WHERE hash = ?", KeyStore::read, hash.bytes());
  }

  /** The key with an id. */
  public static Optional<StoredKey> byId(Connection connection, UUID id) {
    return Sql.first(connection, ALL + "WHERE id = ?", KeyStore::read, id);
  }

  /** The key with an id, kept from changing until the transaction ends. */
  public static Optional<StoredKey> lock(Connection connection, UUID id) {
    return Sql.first(connection, ALL + "WHERE id = ? FOR UPDATE", KeyStore::read, id);
  }

  /** The key with a hash, kept from changing until the transaction ends. */
  public static Optional<StoredKey> lock(Connection connection, KeyHash hash) {
    return Sql.first(connection, ALL + "WHERE hash = ? FOR UPDATE", KeyStore::read, hash.bytes());
  }

  /** The keys with some of these hashes. */
  public static List<StoredKey> byHashes(Connection connection, Collection<KeyHash> hashes) {
    return Sql.list(
        connection,
        ALL + "WHERE hash = ANY (?)",
        KeyStore::read,
        (Object) hashes.stream().map(KeyHash::bytes).toArray(byte[][]::new));
  }

  /**
   * The keys with some of these hashes, each with the account of credits that it draws from: in one
   * round trip, for callers wait for it.
   *
   * @param result makes what is given of a key and its account
   */
  public static <T> List<T> withAccounts(
      Connection connection,
      Collection<KeyHash> hashes,
      BiFunction<StoredKey, Optional<UUID>, T> result) {
    return Sql.list(
        connection,
        WITH_ACCOUNTS,
        row -> result.apply(read(row), Optional.ofNullable(Sql.uuid(row, "account_id"))),
        (Object) hashes.stream().map(KeyHash::bytes).toArray(byte[][]::new));
  }

  /** Adds a key. */
  public static void insert(Connection connection, StoredKey key) {
    Sql.update(connection, INSERT, row(key).toArray());
  }

  /**
   * Adds those of several keys whose hashes are free, and gives them. Waits for transactions that
   * add the same; keys in the order of their hashes wait for each other in no circle.
   */
  public static List<StoredKey> insertFree(Connection connection, List<StoredKey> keys) {
    int[] added =
        Sql.batch(
            connection,
            INSERT + " ON CONFLICT (hash) DO NOTHING",
            keys.stream().map(KeyStore::row).toList());
    return IntStream.range(0, added.length).filter(i -> added[i] > 0).mapToObj(keys::get).toList();
  }

  private static List<@Nullable Object> row(StoredKey key) {
    List<UUID> lineage = key.binding().lineage();
    List<@Nullable Object> values = new ArrayList<>();
    values.add(key.id());
    values.add(key.hash().bytes());
    values.add(key.imported());
    values.add(key.binding().nodeId().orElse(null));
    values.add(key.binding().level());
    for (int depth = 0; depth < LINEAGE_COLUMNS.size(); depth++) {
      values.add(depth < lineage.size() ? lineage.get(depth) : null);
    }
    values.add(key.ownerUserId());
    values.add(key.name());
    values.add(key.mode());
    values.add(key.prefix());
    values.add(key.lastCharacters());
    values.add(key.scopes());
    values.add(key.roles());
    values.add(JSON.toJson(key.metadata()));
    values.add(key.allowedNetworks().texts());
    values.add(key.resources().texts());
    values.add(RateLimits.toColumn(key.rateLimits()));
    values.add(key.stored());
    values.add(key.notBefore());
    values.add(key.expireTime());
    values.add(key.retireTime());
    values.add(key.predecessorId());
    values.add(key.successorId());
    values.add(key.creatorId());
    values.add(key.createTime());
    values.add(key.updateTime());
    values.add(key.version());
    return values;
  }

  /** Writes the next version of a key that is locked. */
  public static void update(Connection connection, StoredKey key) {
    Optional<StoredKey.Revocation> revocation = key.revocation();
    Sql.update(
        connection,
        UPDATE,
        key.name(),
        key.scopes(),
        key.roles(),
        JSON.toJson(key.metadata()),
        key.allowedNetworks().texts(),
        key.resources().texts(),
        RateLimits.toColumn(key.rateLimits()),
        key.stored(),
        key.ownerInactive(),
        key.notBefore(),
        key.expireTime(),
        key.retireTime(),
        key.successorId(),
        revocation.map(StoredKey.Revocation::reason).orElse(null),
        revocation.map(StoredKey.Revocation::note).orElse(null),
        revocation.map(StoredKey.Revocation::time).orElse(null),
        key.updateTime(),
        key.version(),
        key.id());
  }

  /** Keys that pass a filter, newest first, after a position. */
  public static List<StoredKey> list(
      Connection connection, KeyFilter filter, Optional<UUID> after, int limit, Instant now) {
    KeyListQuery query = new KeyListQuery(filter, after, limit, now);
    return Sql.list(connection, ALL + query.where(), KeyStore::read, query.values());
  }

  /**
   * The keys of a member at nodes that none of the member's roles covers any more, locked; without
   * those that are revoked or deactivated already.
   *
   * @param covered the nodes at which the member still has a role
   */
  public static List<StoredKey> lockOutside(
      Connection connection, UUID ownerUserId, Set<UUID> covered) {
    return Sql.list(
        connection, ALL + OUTSIDE, KeyStore::read, ownerUserId, covered.toArray(UUID[]::new));
  }

  /** The hashes of the keys of some members that the loss of a role has stopped. */
  public static List<KeyHash> deactivated(Connection connection, Set<UUID> ownerUserIds) {
    return Sql.list(
        connection,
        "SELECT hash FROM api_key WHERE owner_user_id = ANY (?) AND owner_inactive",
        row -> KeyHash.of(row.getBytes("hash")),
        (Object) ownerUserIds.toArray(UUID[]::new));
  }

  /**
   * How many live keys an organization has: neither revoked nor expired. A key that was rotated
   * counts once with its successor.
   */
  public static long countLive(Connection connection, UUID organizationId, Instant now) {
    return Sql.first(connection, COUNT_LIVE, row -> row.getLong("live"), organizationId, now, now)
        .orElseThrow();
  }

  private static StoredKey read(ResultSet row) throws SQLException {
    Level level = Level.valueOf(row.getString("node_level"));
    List<UUID> lineage = new ArrayList<>();
    for (String column : LINEAGE_COLUMNS) {
      UUID id = Sql.uuid(row, column);
      if (id != null) {
        lineage.add(id);
      }
    }
    return new StoredKey(
        required(row, "id"),
        KeyHash.of(row.getBytes("hash")),
        row.getBoolean("imported"),
        new Binding(level, lineage),
        Sql.uuid(row, "owner_user_id"),
        row.getString("name"),
        Mode.valueOf(row.getString("mode")),
        row.getString("prefix"),
        row.getString("last_characters"),
        Sql.texts(row, "scopes"),
        Sql.texts(row, "roles"),
        JSON.fromJson(row.getString("metadata"), TEXTS),
        AllowedNetworks.of(Sql.texts(row, "allowed_networks")),
        ResourceGrants.of(Sql.texts(row, "resources")),
        RateLimits.ofColumn(row.getBytes("rate_limits")),
        Validity.Switch.valueOf(row.getString("state")),
        row.getBoolean("owner_inactive"),
        Sql.instant(row, "not_before"),
        Sql.instant(row, "expire_time"),
        Sql.instant(row, "retire_time"),
        Sql.uuid(row, "predecessor_id"),
        Sql.uuid(row, "successor_id"),
        Sql.uuid(row, "creator_id"),
        revocation(row),
        Objects.requireNonNull(Sql.instant(row, "create_time")),
        Objects.requireNonNull(Sql.instant(row, "update_time")),
        row.getLong("version"));
  }

  private static UUID required(ResultSet row, String column) throws SQLException {
    return Objects.requireNonNull(Sql.uuid(row, column), column);
  }

  private static Optional<StoredKey.Revocation> revocation(ResultSet row) throws SQLException {
    Instant time = Sql.instant(row, "revoke_time");
    return time == null
        ? Optional.empty()
        : Optional.of(
            new StoredKey.Revocation(
                StoredKey.Revocation.Reason.valueOf(row.getString("revocation_reason")),
                row.getString("revocation_note"),
                time));
  }
}
