package dev.latchkey.keys.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.keys.support.StandInTenancy;
import dev.latchkey.kit.database.Sql;
import dev.latchkey.proto.keys.v1.ListKeysRequest;
import dev.latchkey.proto.keys.v1.ListKeysResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Nodes that start at the same moment, on an empty database and with one folder of secrets. */
final class StartTogetherTest {
  private static List<RunningKeyService> nodes;

  @BeforeAll
  static void start() {
    nodes = RunningKeyService.together(3);
  }

  @AfterAll
  static void stop() {
    nodes.reversed().forEach(RunningKeyService::close);
  }

  @Test
  void eachRoleHasOneKey_thatOpensOnEveryNode() throws SQLException {
    try (Connection database = nodes.getFirst().database()) {
      assertThat(
              Sql.list(
                  database,
                  "SELECT role, count(*) AS keys FROM platform_key GROUP BY role",
                  row -> row.getString("role") + " " + row.getLong("keys")))
          .containsExactlyInAnyOrder("operator 1", "edge 1", "tenant-service 1", "key-service 1");
      assertThat(Sql.list(database, "SELECT id FROM api_key", row -> row.getString("id")))
          .hasSize(4);
    }
    String operator = nodes.getFirst().platformKey("operator").reveal();
    nodes.forEach(node -> assertThat(node.authenticate(operator).hasAllowed()).isTrue());
  }

  @Test
  void pageOfOneNode_isContinuedOnAnother() {
    StandInTenancy.Branch acme = nodes.getFirst().tenancy().branch("acme");
    for (int i = 0; i < 3; i++) {
      var _ = nodes.get(i).create(acme.environment().getId());
    }
    ListKeysRequest.Builder list =
        ListKeysRequest.newBuilder().setNodeId(acme.environment().getId()).setPageSize(2);
    ListKeysResponse page = nodes.getFirst().keys().listKeys(list.build());
    assertThat(page.getKeysCount()).isEqualTo(2);

    ListKeysResponse next =
        nodes.getLast().keys().listKeys(list.setPageToken(page.getNextPageToken()).build());

    assertThat(next.getKeysCount()).isEqualTo(1);
  }
}
