package dev.latchkey.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.keys.support.Conditions;
import dev.latchkey.keys.support.DatabaseProxy;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.keys.support.TestDatabases;
import dev.latchkey.kit.settings.SettingsException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.Test;

/** The start, whose database is opened while everything else is made. */
final class StartTest {
  private static final String PORT = "LATCHKEY_KEY_SERVICE_OPERATIONS_PORT";

  private static ServerSocket socket() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  private static int status(HttpClient client, int port, String path) {
    try {
      return client
          .send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    } catch (IOException e) {
      return 0;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void databaseThatCannotBeMigrated_endsTheStart_inItsOwnWords() throws SQLException {
    String database = TestDatabases.create();
    try (Connection connection = DriverManager.getConnection(database, "postgres", "");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE somebody_elses (id int)");
    }

    assertThatThrownBy(() -> RunningKeyService.on(database, Map.of()))
        .isInstanceOf(FlywayException.class)
        .hasMessageContaining("non-empty schema");
  }

  @Test
  void serviceWhoseDatabaseIsAway_isAliveAndNotReady_andReadyOnceItIsThere() throws Exception {
    int port;
    try (ServerSocket free = socket()) {
      port = free.getLocalPort();
    }
    try (DatabaseProxy proxy = new DatabaseProxy(TestDatabases.create());
        HttpClient client = HttpClient.newHttpClient()) {
      proxy.cut();
      CompletableFuture<RunningKeyService> starting =
          CompletableFuture.supplyAsync(
              () -> RunningKeyService.behind(proxy, Map.of(PORT, Integer.toString(port))),
              task -> Thread.ofPlatform().start(task));
      Conditions.await("alive", () -> status(client, port, "/health/liveness") == 200);
      assertThat(status(client, port, "/health/readiness")).isEqualTo(503);
      assertThat(starting).isNotDone();

      proxy.restore();

      try (RunningKeyService service = starting.get(30, TimeUnit.SECONDS)) {
        assertThat(service.host().operationsPort()).isEqualTo(port);
        Conditions.await("ready", () -> status(client, port, "/health/readiness") == 200);
      }
    }
  }

  @Test
  void takenPort_isTold_alsoWhileTheDatabaseIsAway() throws IOException {
    try (DatabaseProxy proxy = new DatabaseProxy(TestDatabases.create());
        ServerSocket taken = socket()) {
      proxy.cut();
      String port = Integer.toString(taken.getLocalPort());

      assertThatThrownBy(() -> RunningKeyService.behind(proxy, Map.of(PORT, port)))
          .isInstanceOf(SettingsException.class)
          .hasMessageContaining(PORT);
    }
  }
}
