package dev.latchkey.harness.bench;

import dev.latchkey.harness.attack.Texts;
import dev.latchkey.harness.platform.EmbeddedDatabase;
import dev.latchkey.kit.database.Sql;
import dev.latchkey.kit.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Fills key-service's table of keys faster than any call could: each row is that of a key which
 * CreateKey made, but for an id and a hash of its own. No node is told of them, as of any new key
 * whose text nobody can have asked for; the audit log does not know them.
 *
 * <p>Commits are not waited for while it fills. The last call is to be {@link #settle}.
 */
final class StoredKeys {
  private static final int KNOWN_AT_ONCE = 10_000;
  private static final int UNKNOWN_AT_ONCE = 500_000;
  private static final String MODELS =
      """
      CREATE TEMPORARY TABLE model AS
      SELECT ordinal - 1 AS model_number, api_key.*
      FROM unnest(?::bytea[]) WITH ORDINALITY AS wanted (wanted_hash, ordinal)
      JOIN api_key ON api_key.hash = wanted_hash
      """;
  private static final String KNOWN =
      """
      SELECT new_hash, ordinal - 1 AS number
      FROM unnest(?::bytea[]) WITH ORDINALITY AS wanted (new_hash, ordinal)
      """;

  /** In the order of the hashes, so that their index is written from front to back. */
  private static final String UNKNOWN =
      """
      SELECT sha256(uuid_send(gen_random_uuid())) AS new_hash, number
      FROM generate_series(1, ?) AS number
      ORDER BY new_hash
      """;

  private final EmbeddedDatabase database;
  private final List<Secret> models;

  /**
   * @param models keys of the table that the others are like, in turn
   */
  StoredKeys(EmbeddedDatabase database, List<Secret> models) {
    this.database = database;
    this.models = List.copyOf(models);
  }

  /** The hash that a key is stored by. */
  static byte[] hash(Secret key) {
    try {
      return MessageDigest.getInstance("SHA-256")
          .digest(key.reveal().getBytes(StandardCharsets.US_ASCII));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every Java platform", e);
    }
  }

  /** Stores so many keys that can be used, and gives their texts. */
  List<Secret> addKnown(int count) throws SQLException {
    List<Secret> all = new ArrayList<>(count);
    try (Connection connection = filling()) {
      while (all.size() < count) {
        List<Secret> batch = texts(Math.min(KNOWN_AT_ONCE, count - all.size()));
        insert(
            connection,
            KNOWN,
            batch.size(),
            (Object) batch.stream().map(StoredKeys::hash).toArray(byte[][]::new));
        all.addAll(batch);
      }
    }
    return all;
  }

  /** Their models go round in the order in which {@link #insert} takes them. */
  private List<Secret> texts(int count) {
    List<Secret> texts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      texts.add(Secret.of(Texts.wellFormed(models.get(i % models.size()))));
    }
    return texts;
  }

  /** Stores so many keys whose texts nobody knows. */
  void addUnknown(int count) throws SQLException {
    try (Connection connection = filling()) {
      for (int left = count; left > 0; left -= UNKNOWN_AT_ONCE) {
        int some = Math.min(UNKNOWN_AT_ONCE, left);
        insert(connection, UNKNOWN, some, some);
      }
    }
  }

  private Connection filling() throws SQLException {
    Connection connection = database.connect();
    Sql.update(connection, "SET synchronous_commit = off");
    Sql.update(
        connection, MODELS, (Object) models.stream().map(StoredKeys::hash).toArray(byte[][]::new));
    return connection;
  }

  private void insert(Connection connection, String source, int expected, Object parameter) {
    List<String> columns =
        Sql.list(
            connection,
            """
            SELECT quote_ident(attname) AS name FROM pg_attribute
            WHERE attrelid = 'api_key'::regclass AND attnum > 0 AND NOT attisdropped
            ORDER BY attnum
            """,
            row -> row.getString("name"));
    String values =
        columns.stream()
            .map(
                column ->
                    switch (column) {
                      case "id" -> "uuidv7()";
                      case "hash" -> "new_hash";
                      default -> "model." + column;
                    })
            .collect(Collectors.joining(", "));
    int added =
        Sql.update(
            connection,
            "INSERT INTO api_key (%s) SELECT %s FROM (%s) fresh JOIN model ON number %% %d = model_number"
                .formatted(String.join(", ", columns), values, source, models.size()),
            parameter);
    if (added != expected) {
      throw new IllegalStateException("%d keys stored, not %d".formatted(added, expected));
    }
  }

  /** Leaves the database as it would be if all had come to it over time. */
  void settle() throws SQLException {
    try (Connection connection = database.connect()) {
      Sql.update(connection, "VACUUM (ANALYZE) api_key");
      Sql.update(connection, "CHECKPOINT");
    }
  }

  /** How large the database is, in bytes. */
  long bytes() throws SQLException {
    try (Connection connection = database.connect()) {
      return Sql.first(
              connection,
              "SELECT pg_database_size(current_database()) AS bytes",
              row -> row.getLong("bytes"))
          .orElseThrow();
    }
  }
}
