package dev.latchkey.keys.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.keys.support.Conditions;
import dev.latchkey.keys.support.PostgresServer;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.keys.support.TestAuthority;
import dev.latchkey.kit.tls.IdentityFiles;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database that is called over TLS, as {@code docs/decisions/tls.md} has it. */
final class DatabaseTlsTest {
  @TempDir private Path folder;

  @Test
  void everyConnection_isEncrypted_andTheServerIsChecked() throws Exception {
    TestAuthority ours = new TestAuthority("Ours");
    Path ca = ours.write(folder.resolve("ca.pem"));
    Path another = new TestAuthority("Theirs").write(folder.resolve("another.pem"));
    IdentityFiles own = ours.write("postgres", folder);
    Map<String, String> settings =
        Map.of(
            "ssl", "on",
            "ssl_cert_file", own.certificate().toString(),
            "ssl_key_file", own.key().toString());
    try (PostgresServer server = PostgresServer.create(settings)) {
      server.execute("postgres", "CREATE DATABASE keys");
      String url = server.url("keys") + "?sslmode=verify-full&sslrootcert=";
      assertThatThrownBy(() -> DriverManager.getConnection(url + another, "postgres", "").close())
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("SSL error");

      try (RunningKeyService service = RunningKeyService.on(url + ca, Map.of())) {
        String node = service.tenancy().branch("sealed").workspace().getId();
        String secret = service.create(node).getSecret();
        Conditions.await("the key", () -> service.authenticate(secret).hasAllowed());
        assertThat(
                server.value(
                    "postgres",
                    """
                    SELECT string_agg(DISTINCT ssl::text, ',')
                    FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
                    WHERE datname = 'keys' AND backend_type = 'client backend'
                    """))
            .isEqualTo("true");
      }
    }
  }
}
