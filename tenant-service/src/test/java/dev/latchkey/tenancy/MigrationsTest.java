package dev.latchkey.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.latchkey.kit.database.Database;
import dev.latchkey.kit.database.DatabaseSettings;
import dev.latchkey.kit.database.Migrations;
import dev.latchkey.tenancy.testing.TestDatabases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The list of migrations that a start goes by is what Flyway makes of the scripts. To write it
 * anew: {@code mvn -pl proto,service-kit,tenant-service test -Dtest=MigrationsTest
 * -Dmigrations=write -Dsurefire.failIfNoSpecifiedTests=false}.
 */
final class MigrationsTest {
  private static final Path LIST = Path.of("src", "main", "resources", "db", "migrations.list");

  private static DatabaseSettings settings() {
    return TestDatabases.create();
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
}
