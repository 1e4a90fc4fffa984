package dev.latchkey.kit.database;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The migrations of this build, as a list that is part of it: each with its checksum, as Flyway
 * computes it. A database whose history is just this list needs no migration, which a start finds
 * out with two queries; loading Flyway for it takes longer than all that is done with the database.
 * Where anything differs Flyway looks, and decides.
 */
public final class Migrations {
  private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

  /** Of the service, with those that all services have. */
  private static final String LIST = "/db/migrations.list";

  private static final String EXISTS = "SELECT to_regclass('flyway_schema_history') IS NOT NULL";

  /** One that failed, and one that is no script, is like none of the list. */
  private static final String HISTORY =
      """
      SELECT script || ' ' || coalesce(checksum::text, type)
          || CASE WHEN success THEN '' ELSE ' failed' END AS migration
      FROM flyway_schema_history
      """;

  private Migrations() {}

  /**
   * Whether a database has these and no others. False where that cannot be read: Flyway says why.
   */
  static boolean areApplied(Connection connection) {
    List<String> expected = ofThisBuild();
    try {
      return !expected.isEmpty() && applied(connection).equals(expected);
    } catch (SqlFailure unreadable) {
      LOG.debug("the migrations of the database cannot be read", unreadable);
      return false;
    }
  }

  /** What has been applied to a database, sorted. */
  public static List<String> applied(Connection connection) {
    if (!Sql.first(connection, EXISTS, row -> row.getBoolean(1)).orElse(false)) {
      return List.of();
    }
    return Sql.list(connection, HISTORY, row -> row.getString("migration")).stream()
        .sorted()
        .toList();
  }

  /** The list, sorted; empty if this build has none. */
  public static List<String> ofThisBuild() {
    try (InputStream list = Migrations.class.getResourceAsStream(LIST)) {
      if (list == null) {
        return List.of();
      }
      return new BufferedReader(new InputStreamReader(list, StandardCharsets.UTF_8))
          .lines()
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
