package dev.latchkey.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.keys.support.TestDatabases;
import dev.latchkey.kit.database.Database;
import dev.latchkey.kit.database.DatabaseSettings;
import dev.latchkey.kit.database.Migrations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.Test;

/**
 * The list of migrations that a start goes by is what Flyway makes of the scripts. To write it
 * anew: {@code mvn -pl proto,service-kit,key-service test -Dtest=MigrationsTest -Dmigrations=write
 * -Dsurefire.failIfNoSpecifiedTests=false}.
 */
final class MigrationsTest {
  private static final Path LIST = Path.of("src", "main", "resources", "db", "migrations.list");

  private static DatabaseSettings settings() {
    return new DatabaseSettings(
        "keys",
        Optional.of(TestDatabases.create()),
        "postgres",
        Optional.empty(),
        Path.of("unused"),
        2);
  }

  @Test
  void theList_isWhatAMigratedDatabaseHas() throws SQLException, IOException {
    try (Database database = Database.open(settings());
        HikariDataSource pool = database.work();
        Connection connection = pool.getConnection()) {
      List<String> applied = Migrations.applied(connection);
      if (System.getProperty("migrations", "").equals("write")) {
        Files.write(LIST, applied);
      }
      assertThat(Files.readAllLines(LIST)).isEqualTo(applied);
    }
    assertThat(Migrations.ofThisBuild()).isEqualTo(Files.readAllLines(LIST));
  }

  @Test
  void aDatabaseWithAnotherHistory_isLookedAtByFlyway() throws SQLException {
    DatabaseSettings settings = settings();
    try (Database database = Database.open(settings);
        HikariDataSource pool = database.work();
        Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "UPDATE flyway_schema_history SET checksum = checksum + 1 WHERE script = 'V9__usage.sql'");
    }
    assertThatThrownBy(() -> Database.open(settings))
        .isInstanceOf(FlywayException.class)
        .hasMessageContaining("checksum mismatch");
  }

  @Test
  void aDatabaseWithoutTheLastMigration_isGivenIt() throws SQLException {
    DatabaseSettings settings = settings();
    String last = "SELECT script FROM flyway_schema_history ORDER BY installed_rank DESC LIMIT 1";
    try (Database database = Database.open(settings);
        HikariDataSource pool = database.work();
        Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("DELETE FROM flyway_schema_history WHERE script = (" + last + ")");
      assertThat(Migrations.applied(connection)).isNotEqualTo(Migrations.ofThisBuild());
    }
    // Which fails here, for all that the script makes is there already.
    assertThatThrownBy(() -> Database.open(settings)).isInstanceOf(FlywayException.class);
  }
}
