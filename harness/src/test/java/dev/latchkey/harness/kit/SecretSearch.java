package dev.latchkey.harness.kit;

import dev.latchkey.harness.platform.Await;
import dev.latchkey.harness.platform.EmbeddedDatabase;
import dev.latchkey.harness.platform.Platform;
import dev.latchkey.harness.platform.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Looks for a text wherever a platform could have put it: every row of every table of both
 * databases, also as the hexadecimal that bytes are printed in; every log; the metrics of every
 * service; and the bytes of every file below the platform's folder, PostgreSQL's write-ahead log
 * among them, but for the services' own key files.
 */
public final class SecretSearch {
  private static final String ALL_TABLES =
      """
      SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
      WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
      """;

  private static final Duration LOGGED_WITHIN = Duration.ofSeconds(10);

  private final Platform platform;

  public SecretSearch(Platform platform) {
    this.platform = platform;
  }

  /** The places where the text stands. */
  public List<String> find(String text) throws SQLException, IOException {
    List<String> places = new ArrayList<>(tables(text));
    places.addAll(logs(text));
    places.addAll(metrics(text));
    places.addAll(files(text));
    return places;
  }

  /** The tables that hold the text. */
  public List<String> tables(String text) throws SQLException {
    List<String> places = new ArrayList<>();
    for (Service service : List.of(Service.KEY_SERVICE, Service.TENANT_SERVICE)) {
      EmbeddedDatabase database = platform.database(service);
      try (Connection connection = database.connect()) {
        for (String table : column(connection, ALL_TABLES)) {
          // PostgreSQL's own text of a whole row: every column, bytea in hexadecimal.
          for (String row : column(connection, "SELECT t::text FROM " + table + " t")) {
            if (row.contains(text) || row.contains(hex(text))) {
              places.add("table %s of %s: %s".formatted(table, database.name(), row));
            }
          }
        }
      }
    }
    return places;
  }

  /** The logs that hold the text. */
  public List<String> logs(String text) throws IOException {
    return matching(platform.logs(), text);
  }

  /** Returns once a log holds the text: services write their logs a moment later. */
  public void awaitLogs(String text) {
    Await.until(
        LOGGED_WITHIN,
        () -> {
          try {
            return !logs(text).isEmpty();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        () -> "no log holds " + text);
  }

  /** The services whose metrics hold the text. */
  public List<String> metrics(String text) {
    return Stream.of(Service.values())
        .filter(service -> platform.service(service).metrics().contains(text))
        .map(service -> "metrics of " + service)
        .toList();
  }

  /** The files that hold the text. */
  public List<String> files(String text) throws IOException {
    return matching(platform.data(), text);
  }

  private static List<String> matching(Path folder, String text) throws IOException {
    List<String> places = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            // One character for each byte, whatever the bytes are.
            if (attributes.isRegularFile()
                && Files.readString(file, StandardCharsets.ISO_8859_1).contains(text)) {
              places.add("file " + file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            // PostgreSQL removes files while it works.
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }
        });
    return places;
  }

  private static List<String> column(Connection connection, String sql) throws SQLException {
    List<String> values = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
    }
    return values;
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
  }
}
