package dev.latchkey.keys.issuing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.keys.support.Refusals;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.keys.support.StandInTenancy;
import dev.latchkey.kit.access.Scopes;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.errors.v1.ErrorReason;
import dev.latchkey.proto.keys.v1.CreateKeyRequest;
import dev.latchkey.proto.keys.v1.DisableKeyRequest;
import dev.latchkey.proto.keys.v1.Key;
import dev.latchkey.proto.keys.v1.KeyState;
import dev.latchkey.proto.keys.v1.ListKeysRequest;
import dev.latchkey.proto.keys.v1.ListKeysResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class KeyListTest {
  private static RunningKeyService service;
  private static StandInTenancy.Branch acme;
  private static final List<String> NEWEST_FIRST = new ArrayList<>();

  @BeforeAll
  static void start() {
    service = new RunningKeyService();
    acme = service.tenancy().branch("acme");
    for (int i = 0; i < 25; i++) {
      String node = i % 5 == 0 ? acme.project().getId() : acme.environment().getId();
      NEWEST_FIRST.addFirst(named(node, "Key %02d".formatted(i)));
      // Ids of one millisecond are in no order.
      service.clock().advance(java.time.Duration.ofMillis(2));
    }
    service
        .keys()
        .disableKey(DisableKeyRequest.newBuilder().setId(NEWEST_FIRST.getFirst()).build());
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private static String named(String node, String name) {
    return service
        .keys()
        .createKey(CreateKeyRequest.newBuilder().setNodeId(node).setName(name).build())
        .getKey()
        .getId();
  }

  private static ListKeysRequest.Builder underProject() {
    return ListKeysRequest.newBuilder()
        .setNodeId(acme.project().getId())
        .setIncludeDescendants(true);
  }

  private static List<String> ids(ListKeysResponse page) {
    return page.getKeysList().stream().map(Key::getId).toList();
  }

  @Test
  void pages_holdEveryKeyOnce_newestFirst() {
    List<String> seen = new ArrayList<>();
    String token = "";
    int pages = 0;
    do {
      ListKeysResponse page =
          service.keys().listKeys(underProject().setPageSize(10).setPageToken(token).build());
      seen.addAll(ids(page));
      token = page.getNextPageToken();
      pages++;
    } while (!token.isEmpty());

    assertThat(seen).isEqualTo(NEWEST_FIRST);
    assertThat(pages).isEqualTo(3);
  }

  @Test
  void withoutDescendants_onlyTheNodesOwnKeysAreListed() {
    ListKeysResponse own =
        service
            .keys()
            .listKeys(ListKeysRequest.newBuilder().setNodeId(acme.project().getId()).build());

    assertThat(own.getKeysList()).hasSize(5);
  }

  @Test
  void filters_narrowTheList() {
    assertThat(ids(service.keys().listKeys(underProject().setNameContains("KEY 1").build())))
        .hasSize(10);
    assertThat(
            ids(
                service
                    .keys()
                    .listKeys(underProject().setState(KeyState.KEY_STATE_DISABLED).build())))
        .containsExactly(NEWEST_FIRST.getFirst());
    assertThat(
            service
                .keys()
                .listKeys(underProject().setPrefix("mk_live_staging_").build())
                .getKeysList())
        .hasSize(20);
    Key one = service.keys().listKeys(underProject().build()).getKeys(3);
    assertThat(
            ids(
                service
                    .keys()
                    .listKeys(underProject().setLastCharacters(one.getLastCharacters()).build())))
        .contains(one.getId());
    assertThat(service.keys().listKeys(underProject().setNameContains("%").build()).getKeysList())
        .as("no wildcard in a plain text")
        .isEmpty();
  }

  @Test
  void aPageToken_isUselessWithOtherFilters_orForAnotherCaller() {
    String token =
        service.keys().listKeys(underProject().setPageSize(5).build()).getNextPageToken();

    Refusals.of(
            () ->
                service
                    .keys()
                    .listKeys(underProject().setNameContains("x").setPageToken(token).build()))
        .hasReason(ErrorReason.ERROR_REASON_INVALID_PAGE_TOKEN);
    Secret other = Secret.of(service.create(acme.project().getId(), Scopes.KEYS_READ).getSecret());
    Refusals.of(() -> service.keys(other).listKeys(underProject().setPageToken(token).build()))
        .hasReason(ErrorReason.ERROR_REASON_INVALID_PAGE_TOKEN);
    Refusals.of(() -> service.keys().listKeys(underProject().setPageToken(token + "A").build()))
        .hasReason(ErrorReason.ERROR_REASON_INVALID_PAGE_TOKEN);
    // Another size is the same list.
    assertThat(
            service
                .keys()
                .listKeys(underProject().setPageSize(7).setPageToken(token).build())
                .getKeysList())
        .hasSize(7);
  }

  @Test
  void aTenantsKey_listsItsOwnNodeAndBelow_andNothingElse() {
    StandInTenancy.Branch other = service.tenancy().branch("other");
    service.create(other.environment().getId());
    Secret tenant =
        Secret.of(service.create(other.environment().getId(), Scopes.KEYS_READ).getSecret());

    assertThat(service.keys(tenant).listKeys(ListKeysRequest.getDefaultInstance()).getKeysList())
        .hasSize(2)
        .allMatch(key -> key.getNode().getId().equals(other.environment().getId()));
    Refusals.of(
            () ->
                service
                    .keys(tenant)
                    .listKeys(
                        ListKeysRequest.newBuilder().setNodeId(other.project().getId()).build()))
        .hasReason(ErrorReason.ERROR_REASON_RESOURCE_NOT_FOUND);
  }
}
