package dev.latchkey.kit.database;

import dev.latchkey.kit.secret.Secret;
import dev.latchkey.kit.settings.Setting;
import dev.latchkey.kit.settings.SettingsReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where a service's database is.
 *
 * @param name the database's name, {@code keys} or {@code tenancy}
 * @param url the JDBC URL; empty for an embedded server below {@code folder}
 * @param user the role to connect as
 * @param password its password; empty for none
 * @param folder where an embedded server keeps its data
 * @param poolSize how many connections are kept
 */
public record DatabaseSettings(
    String name,
    Optional<String> url,
    String user,
    Optional<Secret> password,
    Path folder,
    int poolSize) {

  static final Setting FOLDER =
      new Setting("LATCHKEY_DATA_DIR", ".latchkey", "Folder for embedded databases.");

  /** The settings that a service with a database of this name has. */
  public static final class Names {
    private final Setting url;
    private final Setting user;
    private final Setting password;
    private final Setting poolSize;
    private final String name;

    public Names(String prefix, String name) {
      this.name = name;
      url =
          new Setting(
              prefix + "_DATABASE_URL",
              null,
              "JDBC URL of the PostgreSQL database, `jdbc:postgresql://host:5432/"
                  + name
                  + "`; with `?sslmode=verify-full&sslrootcert=ca.pem` over TLS."
                  + " Not set: an embedded PostgreSQL below `LATCHKEY_DATA_DIR`.");
      user = new Setting(prefix + "_DATABASE_USER", "postgres", "Role to connect as.");
      password = new Setting(prefix + "_DATABASE_PASSWORD", null, "Password of the role.");
      poolSize = new Setting(prefix + "_DATABASE_POOL_SIZE", "10", "Connections kept, 2 to 200.");
    }

    /** All of them, for the configuration table. */
    public List<Setting> all() {
      return List.of(url, user, password, poolSize, FOLDER);
    }

    /** Reads them. */
    public DatabaseSettings read(SettingsReader in) {
      Optional<String> address = in.optionalText(url);
      if (address.isPresent() && !address.get().startsWith("jdbc:postgresql:")) {
        in.refuse(url, "expected: jdbc:postgresql://host:port/database");
      }
      return new DatabaseSettings(
          name,
          address,
          in.text(user),
          in.optionalSecret(password),
          in.path(FOLDER),
          in.integer(poolSize, 2, 200));
    }
  }
}
