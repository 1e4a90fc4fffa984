package dev.latchkey.harness.bench;

import dev.latchkey.kit.database.Sql;
import dev.latchkey.kit.id.Uuid7;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * All rows that one CreateKey has left in the database, to be inserted again with ids and a hash of
 * their own. Safe for use by many threads.
 */
final class KeyRows {
  private static final int HASH_BYTES = 32;

  /** The tables with rows of a new key, and the column that names the key. */
  private static final Map<String, String> TABLES = tables();

  private static final String ALL_TABLES =
      """
      SELECT oid::regclass::text AS name FROM pg_class
      WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
      """;

  private final SecureRandom random = new SecureRandom();
  private final Uuid7 ids = new Uuid7(InstantSource.system(), random);
  private final List<Row> rows;

  private KeyRows(List<Row> rows) {
    this.rows = List.copyOf(rows);
  }

  private static Map<String, String> tables() {
    Map<String, String> tables = new LinkedHashMap<>();
    tables.put("api_key", "id");
    tables.put("audit_event", "target_id");
    return tables;
  }

  /** One row: its columns, and their values in the same order. */
  private record Row(String table, List<String> columns, List<@Nullable Object> values) {
    String insert() {
      StringJoiner names = new StringJoiner(", ");
      StringJoiner places = new StringJoiner(", ");
      for (String column : columns) {
        names.add(column);
        places.add("?");
      }
      return "INSERT INTO %s (%s) VALUES (%s)".formatted(table, names, places);
    }
  }

  /** Reads the rows of a key that was just made. */
  static KeyRows of(Connection connection, UUID key) throws SQLException {
    Set<String> written = written(connection, key);
    if (!written.equals(TABLES.keySet())) {
      throw new IllegalStateException(
          "CreateKey wrote to %s (expected: %s)".formatted(written, TABLES.keySet()));
    }
    List<Row> rows = new ArrayList<>();
    for (Map.Entry<String, String> table : TABLES.entrySet()) {
      rows.add(row(connection, table.getKey(), table.getValue(), key));
    }
    return new KeyRows(rows);
  }

  /** The tables with rows of the transaction that made a key. */
  private static Set<String> written(Connection connection, UUID key) {
    Set<String> written = new HashSet<>();
    for (String table : Sql.list(connection, ALL_TABLES, row -> row.getString("name"))) {
      String rows =
          "SELECT 1 FROM %s WHERE xmin = (SELECT xmin FROM api_key WHERE id = ?)".formatted(table);
      if (Sql.first(connection, rows, row -> true, key).isPresent()) {
        written.add(table);
      }
    }
    return written;
  }

  private static Row row(Connection connection, String table, String column, UUID key)
      throws SQLException {
    try (PreparedStatement select =
            Sql.prepare(connection, "SELECT * FROM %s WHERE %s = ?".formatted(table, column), key);
        ResultSet found = select.executeQuery()) {
      if (!found.next()) {
        throw new IllegalStateException("a CreateKey has left no row in " + table);
      }
      List<String> columns = new ArrayList<>();
      List<@Nullable Object> values = new ArrayList<>();
      ResultSetMetaData all = found.getMetaData();
      for (int i = 1; i <= all.getColumnCount(); i++) {
        columns.add(all.getColumnName(i));
        values.add(found.getObject(i));
      }
      if (found.next()) {
        throw new IllegalStateException("a CreateKey has left several rows in " + table);
      }
      return new Row(table, columns, values);
    }
  }

  /** Inserts them as those of one more key, in a transaction that is committed. */
  void insertCopy(DataSource pool) {
    UUID key = ids.next();
    try (Connection connection = pool.getConnection()) {
      connection.setAutoCommit(false);
      for (Row row : rows) {
        insert(connection, row, key);
      }
      connection.commit();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void insert(Connection connection, Row row, UUID key) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(row.insert())) {
      for (int i = 0; i < row.columns().size(); i++) {
        String column = row.columns().get(i);
        insert.setObject(
            i + 1,
            column.equals(TABLES.get(row.table()))
                ? key
                : switch (column) {
                  case "id" -> ids.next();
                  case "hash" -> hash();
                  default -> row.values().get(i);
                });
      }
      int inserted = insert.executeUpdate();
      if (inserted != 1) {
        throw new IllegalStateException(inserted + " rows inserted");
      }
    }
  }

  private byte[] hash() {
    byte[] hash = new byte[HASH_BYTES];
    random.nextBytes(hash);
    return hash;
  }
}
