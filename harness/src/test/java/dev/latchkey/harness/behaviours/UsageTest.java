package dev.latchkey.harness.behaviours;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.harness.kit.Edge;
import dev.latchkey.harness.kit.EdgeAnswer;
import dev.latchkey.harness.kit.Issued;
import dev.latchkey.harness.kit.OnPlatform;
import dev.latchkey.harness.kit.Tenants;
import dev.latchkey.harness.platform.Await;
import dev.latchkey.harness.platform.Clients;
import dev.latchkey.proto.access.v1.Role;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.DenialCount;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.keys.v1.GetKeyRequest;
import dev.latchkey.proto.keys.v1.Key;
import dev.latchkey.proto.keys.v1.ListClientAddressesRequest;
import dev.latchkey.proto.keys.v1.QueryUsageRequest;
import dev.latchkey.proto.keys.v1.QueryUsageResponse;
import dev.latchkey.proto.keys.v1.UsageBucketSize;
import dev.latchkey.proto.tenancy.v1.Organization;
import dev.latchkey.proto.tenancy.v1.Project;
import dev.latchkey.proto.tenancy.v1.User;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@OnPlatform
@DisplayName("Memory Scope: watching keys")
class UsageTest {
  /** Counts are written every few seconds. */
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private static final String HERE = "203.0.113.7";
  private static final String THERE = "198.51.100.9";

  private final Clients operator;
  private final Tenants tenants;
  private final Edge edge;
  private Organization organization = Organization.getDefaultInstance();
  private Project project = Project.getDefaultInstance();
  private Instant start = Instant.EPOCH;

  UsageTest(Clients operator, Tenants tenants, Edge edge) {
    this.operator = operator;
    this.tenants = tenants;
    this.edge = edge;
  }

  @BeforeEach
  void makeTenant() {
    start = Instant.now();
    organization = tenants.organization("Memory Scope");
    project = tenants.project(organization, "Journal", Tenants.format("sk", true, false));
  }

  @Test
  @DisplayName("MS3: the owner views, rotates, deletes and watches the usage of every key")
  void owner_managesAndWatchesEveryKey() {
    User owner = tenants.member(organization, "owner", Role.ROLE_OWNER, organization.getId());
    Issued own =
        tenants.key(
            organization.getId(),
            request ->
                request
                    .setOwnerUserId(owner.getId())
                    .addScopes("memory:read")
                    .addScopes("latchkey.keys:read")
                    .addScopes("latchkey.keys:write")
                    .addScopes("latchkey.usage:read"));
    String[] asOwner = {"Authorization", "Bearer " + own.text()};
    Issued key = tenants.key(project.getId(), request -> request.addScopes("memory:read"));
    for (int i = 0; i < 7; i++) {
      assertThat(edge.me(key.text()).status()).isEqualTo(200);
    }

    EdgeAnswer viewed = edge.get("/api/v1/keys/" + key.id(), asOwner);
    assertThat(viewed.status()).as(viewed.body()).isEqualTo(200);
    Await.until(
        LIMIT,
        () ->
            edge.get("/api/v1/keys/%s/usage?start_time=%s".formatted(key.id(), start), asOwner)
                .body()
                .replace(" ", "")
                .contains("\"allowed\":\"7\""),
        () -> "the owner does not see 7 calls");
    EdgeAnswer rotated =
        edge.post("/api/v1/keys/" + key.id() + "/rotate", "{\"grace_period\":\"60s\"}", asOwner);
    assertThat(rotated.status()).as(rotated.body()).isEqualTo(200);
    String successor = rotated.json().getAsJsonObject("key").get("id").getAsString();
    EdgeAnswer deleted = edge.send("DELETE", "/api/v1/keys/" + successor, "", asOwner);
    assertThat(deleted.status()).as(deleted.body()).isEqualTo(200);
    assertThat(edge.me(rotated.text("secret")).status()).isEqualTo(401);
  }

  @Test
  @DisplayName("MS4: usage by minute, hour and day, by outcome, last used, top client addresses")
  void usage_isCountedByTimeAndOutcomeAndAddress() {
    Issued key = tenants.key(project.getId(), request -> request.addScopes("memory:read"));
    ask(key, "memory:read", HERE, 40);
    ask(key, "memory:write", THERE, 9);
    ask(key, "memory:read", THERE, 1);

    Await.until(
        LIMIT, () -> total(key, UsageBucketSize.USAGE_BUCKET_SIZE_DAY) == 50, () -> "no 50 calls");
    for (UsageBucketSize size :
        List.of(
            UsageBucketSize.USAGE_BUCKET_SIZE_MINUTE,
            UsageBucketSize.USAGE_BUCKET_SIZE_HOUR,
            UsageBucketSize.USAGE_BUCKET_SIZE_DAY)) {
      QueryUsageResponse usage = usage(key, size);
      assertThat(usage.getTotal().getAllowed()).as(size.name()).isEqualTo(41);
      assertThat(usage.getTotal().getDenied()).as(size.name()).isEqualTo(9);
      assertThat(usage.getTotal().getDenialsList())
          .containsExactly(
              DenialCount.newBuilder()
                  .setReason(DenialReason.DENIAL_REASON_INSUFFICIENT_SCOPE)
                  .setCount(9)
                  .build());
      assertThat(usage.getBucketsList().stream().mapToLong(b -> b.getCounts().getAllowed()).sum())
          .isEqualTo(41);
    }
    assertThat(
            operator
                .usage()
                .listClientAddresses(
                    ListClientAddressesRequest.newBuilder()
                        .setKeyId(key.id())
                        .setStartTime(Tenants.timestamp(start))
                        .build())
                .getAddressesList())
        .extracting(used -> used.getAddress() + " " + used.getCount())
        .containsExactly(HERE + " 40", THERE + " 10");
    Key read = operator.keys().getKey(GetKeyRequest.newBuilder().setId(key.id()).build()).getKey();
    assertThat(Instant.ofEpochSecond(read.getLastUsedTime().getSeconds()))
        .isBetween(start.minusSeconds(60), Instant.now());
    assertThat(read.getLastClientNetwork()).isEqualTo("198.51.100.0/24");
  }

  private void ask(Issued key, String scope, String client, int times) {
    AuthenticateRequest request =
        AuthenticateRequest.newBuilder()
            .setCredential(key.text())
            .addRequiredScopes(scope)
            .setClientAddress(client)
            .build();
    for (int i = 0; i < times; i++) {
      var _ = operator.authentication().authenticate(request);
    }
  }

  private long total(Issued key, UsageBucketSize size) {
    var total = usage(key, size).getTotal();
    return total.getAllowed() + total.getDenied();
  }

  private QueryUsageResponse usage(Issued key, UsageBucketSize size) {
    return operator
        .usage()
        .queryUsage(
            QueryUsageRequest.newBuilder()
                .setKeyId(key.id())
                .setStartTime(Tenants.timestamp(start))
                .setBucketSize(size)
                .build());
  }
}
