package dev.latchkey.keys.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.keys.Application;
import dev.latchkey.keys.KeyServiceSettings;
import dev.latchkey.keys.hashing.KeyHasher;
import dev.latchkey.keys.support.StandInTenancy;
import dev.latchkey.keys.support.TestDatabases;
import dev.latchkey.kit.access.Admission;
import dev.latchkey.kit.access.CallerAuthenticator;
import dev.latchkey.kit.access.Scopes;
import dev.latchkey.kit.database.Sql;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.runtime.ServiceHost;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.access.v1.AccessRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PlatformKeysTest {
  private final StandInTenancy tenancy = new StandInTenancy();
  private final String database = TestDatabases.create();

  @TempDir Path folder;

  @AfterEach
  void stop() {
    tenancy.close();
  }

  private ServiceHost start(String... more) {
    Map<String, String> environment = new HashMap<>();
    environment.put("LATCHKEY_KEY_SERVICE_PORT", "0");
    environment.put("LATCHKEY_KEY_SERVICE_OPERATIONS_PORT", "0");
    environment.put("LATCHKEY_KEYS_DATABASE_URL", database);
    environment.put("LATCHKEY_TENANT_SERVICE", tenancy.target());
    environment.put("LATCHKEY_SECRETS_DIR", secrets().toString());
    for (int i = 0; i < more.length; i += 2) {
      environment.put(more[i], more[i + 1]);
    }
    return ServiceHost.start(Application.plan(KeyServiceSettings.read(environment)));
  }

  private Path secrets() {
    return folder.resolve("secrets");
  }

  private Secret file(String role) throws IOException {
    return Secret.of(Files.readString(secrets().resolve(role + ".key")).strip());
  }

  private static boolean opens(ServiceHost host, Secret key, String scope) {
    try {
      return host.context()
              .getBean(CallerAuthenticator.class)
              .admit(key, null, AccessRule.newBuilder().setRequiredScope(scope).build())
          instanceof Admission.Admitted;
    } catch (ApiException refused) {
      return false;
    }
  }

  @Test
  void firstStart_makesAKeyForEachRole_thatOnlyTheOwnerCanRead() throws IOException {
    try (ServiceHost host = start()) {
      assertThat(opens(host, file("operator"), Scopes.TENANCY_WRITE)).isTrue();
      assertThat(opens(host, file("edge"), Scopes.KEYS_AUTHENTICATE)).isTrue();
      assertThat(opens(host, file("edge"), Scopes.KEYS_WRITE)).isFalse();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secrets())))
          .isEqualTo("rwx------");
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(secrets().resolve("operator.key"))))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void secondStart_keepsTheKeys() throws IOException {
    Secret first;
    try (ServiceHost host = start()) {
      first = file("operator");
      assertThat(opens(host, first, Scopes.KEYS_READ)).isTrue();
    }
    try (ServiceHost host = start()) {
      assertThat(file("operator")).isEqualTo(first);
      assertThat(opens(host, first, Scopes.KEYS_READ)).isTrue();
    }
  }

  @Test
  void aKeyFileThatTheDatabaseDoesNotKnow_isEntered_asAfterACrashBetweenTheTwo()
      throws IOException {
    try (ServiceHost host = start()) {
      assertThat(host.port()).isPositive();
    }
    // Another deployment's database with the same files.
    String fresh = TestDatabases.create();
    try (ServiceHost host = start("LATCHKEY_KEYS_DATABASE_URL", fresh)) {
      assertThat(opens(host, file("operator"), Scopes.KEYS_READ)).isTrue();
    }
  }

  @Test
  void operatorsKeyByHash_opens_andNoneIsMade() {
    Secret own = Secret.of("a text that is no key of ours, but long enough: 4f9c2b7e");
    String hash = HexFormat.of().formatHex(KeyHasher.hash(own).bytes());
    try (ServiceHost host = start("LATCHKEY_OPERATOR_KEY_SHA256", hash)) {
      assertThat(opens(host, own, Scopes.TENANCY_WRITE)).isTrue();
      assertThat(opens(host, Secret.of("another text"), Scopes.TENANCY_WRITE)).isFalse();
      assertThat(secrets().resolve("operator.key")).doesNotExist();
    }
  }

  private static void sql(ServiceHost host, String statement, Object... parameters) {
    host.context()
        .getBean(Transactions.class)
        .change(connection -> Sql.update(connection, statement, parameters));
  }

  private static byte[] hash(Secret key) {
    return KeyHasher.hash(key).bytes();
  }

  private static final String REVOKE =
      "UPDATE api_key SET state = 'REVOKED', revocation_reason = 'COMPROMISED',"
          + " revocation_note = '', revoke_time = now() WHERE hash = ?";

  @Test
  void keyThatWasRevoked_staysSo_andItsRoleGetsAnotherAtTheNextStart() throws IOException {
    Secret leakedOperator;
    Secret leakedEdge;
    try (ServiceHost host = start()) {
      leakedOperator = file("operator");
      leakedEdge = file("edge");
      sql(host, REVOKE, (Object) hash(leakedOperator));
      sql(host, REVOKE, (Object) hash(leakedEdge));
    }
    Secret operator;
    try (ServiceHost host = start()) {
      operator = file("operator");
      assertThat(operator).isNotEqualTo(leakedOperator);
      assertThat(opens(host, operator, Scopes.TENANCY_WRITE)).isTrue();
      assertThat(opens(host, leakedOperator, Scopes.TENANCY_WRITE)).isFalse();
      assertThat(opens(host, file("edge"), Scopes.KEYS_AUTHENTICATE)).isTrue();
      assertThat(opens(host, leakedEdge, Scopes.KEYS_AUTHENTICATE)).isFalse();
    }
    try (ServiceHost host = start()) {
      assertThat(file("operator")).isEqualTo(operator);
      assertThat(opens(host, operator, Scopes.TENANCY_WRITE)).isTrue();
    }
  }

  @Test
  void disabledOperator_getsAnotherKey_asNobodyCouldEnableIt_andADisabledServiceDoesNot()
      throws IOException {
    Secret operator;
    Secret edge;
    try (ServiceHost host = start()) {
      operator = file("operator");
      edge = file("edge");
      String disable = "UPDATE api_key SET state = 'DISABLED' WHERE hash = ?";
      sql(host, disable, (Object) hash(operator));
      sql(host, disable, (Object) hash(edge));
    }
    try (ServiceHost host = start()) {
      assertThat(file("operator")).isNotEqualTo(operator);
      assertThat(opens(host, file("operator"), Scopes.TENANCY_WRITE)).isTrue();
      assertThat(file("edge")).isEqualTo(edge);
    }
  }

  @Test
  void rotatedOperator_keepsItsSuccessor_andGetsNoOther() throws IOException {
    Secret old;
    try (ServiceHost host = start()) {
      old = file("operator");
      UUID successor = UUID.randomUUID();
      sql(
          host,
          """
          INSERT INTO api_key (id, hash, node_level, name, mode, prefix, last_characters, scopes,
                               metadata, state, create_time, update_time, version)
          SELECT ?, sha256('successor'), node_level, name, mode, prefix, last_characters, scopes,
                 metadata, 'ACTIVE', create_time, update_time, 1
          FROM api_key WHERE hash = ?
          """,
          successor,
          hash(old));
      sql(
          host,
          "UPDATE api_key SET successor_id = ?, retire_time = now() WHERE hash = ?",
          successor,
          hash(old));
    }
    try (ServiceHost host = start()) {
      assertThat(file("operator")).isEqualTo(old);
      assertThat(opens(host, old, Scopes.TENANCY_WRITE)).isFalse();
    }
  }

  @Test
  void edgeKeyFromBeforeThereWereReports_mayReportAfterTheNextStart() throws IOException {
    try (ServiceHost host = start()) {
      sql(
          host,
          "UPDATE api_key SET scopes = ? WHERE hash = ?",
          List.of(Scopes.KEYS_AUTHENTICATE, "own:scope"),
          hash(file("edge")));
    }
    try (ServiceHost host = start()) {
      assertThat(opens(host, file("edge"), Scopes.KEYS_REPORT)).isTrue();
      assertThat(opens(host, file("edge"), Scopes.KEYS_AUTHENTICATE)).isTrue();
      assertThat(opens(host, file("edge"), "own:scope")).isTrue();
    }
  }

  @Test
  void allWrongSettings_areReportedTogether() {
    Assertions.assertThatThrownBy(
            () ->
                start(
                    "LATCHKEY_KEY_SERVICE_PORT",
                    "ninety",
                    "LATCHKEY_OPERATOR_KEY_SHA256",
                    "xyz",
                    "LATCHKEY_TENANT_SERVICE",
                    "nowhere"))
        .hasMessageContaining("LATCHKEY_KEY_SERVICE_PORT: \"ninety\" (expected: 0 to 65535)")
        .hasMessageContaining("LATCHKEY_OPERATOR_KEY_SHA256: expected: 64 hexadecimal digits")
        .hasMessageContaining(
            "LATCHKEY_TENANT_SERVICE: \"nowhere\" (expected: host:port, or up to 32 by commas)");
  }
}
