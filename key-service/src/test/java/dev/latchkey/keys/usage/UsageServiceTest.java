package dev.latchkey.keys.usage;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.latchkey.keys.support.RawCalls;
import dev.latchkey.keys.support.Refusals;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.keys.support.StandInTenancy;
import dev.latchkey.kit.access.Scopes;
import dev.latchkey.kit.grpc.ServiceCredential;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.errors.v1.ErrorReason;
import dev.latchkey.proto.keys.v1.AuthenticateBatchRequest;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.ClientAddressUsage;
import dev.latchkey.proto.keys.v1.CreateKeyResponse;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.keys.v1.KeyUsage;
import dev.latchkey.proto.keys.v1.ListClientAddressesRequest;
import dev.latchkey.proto.keys.v1.ListKeyUsageRequest;
import dev.latchkey.proto.keys.v1.ListKeyUsageResponse;
import dev.latchkey.proto.keys.v1.QueryUsageRequest;
import dev.latchkey.proto.keys.v1.QueryUsageResponse;
import dev.latchkey.proto.keys.v1.UsageBucket;
import dev.latchkey.proto.keys.v1.UsageBucketSize;
import dev.latchkey.proto.keys.v1.UsageServiceGrpc;
import dev.latchkey.proto.keys.v1.UsageServiceGrpc.UsageServiceBlockingStub;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What UsageService answers, and whom. */
final class UsageServiceTest {
  private static RunningKeyService service;
  private static UsageTables tables;
  private static StandInTenancy.Branch acme;
  private static StandInTenancy.Branch rival;
  private static CreateKeyResponse key;

  private static final Map<String, Consumer<UsageServiceBlockingStub>> CALLS =
      new LinkedHashMap<>();

  static {
    CALLS.put("QueryUsage", usage -> usage.queryUsage(query().setNodeId(node()).build()));
    CALLS.put(
        "ListKeyUsage",
        usage ->
            usage.listKeyUsage(
                ListKeyUsageRequest.newBuilder().setNodeId(node()).setStartTime(ago(1)).build()));
    CALLS.put(
        "ListClientAddresses",
        usage ->
            usage.listClientAddresses(
                ListClientAddressesRequest.newBuilder()
                    .setKeyId(key.getKey().getId())
                    .setStartTime(ago(1))
                    .build()));
  }

  @BeforeAll
  static void start() {
    service = new RunningKeyService(Map.of("LATCHKEY_USAGE_FLUSH_INTERVAL", "60s"));
    tables = new UsageTables(service);
    acme = service.tenancy().branch("acme");
    rival = service.tenancy().branch("rival");
    key = service.create(node(), "memories:read");
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private static String node() {
    return acme.environment().getId();
  }

  private static Timestamp time(Instant time) {
    return Timestamp.newBuilder().setSeconds(time.getEpochSecond()).build();
  }

  private static Timestamp ago(int days) {
    return time(service.clock().instant().minus(Duration.ofDays(days)));
  }

  private static QueryUsageRequest.Builder query() {
    return QueryUsageRequest.newBuilder().setStartTime(ago(1));
  }

  private static UsageServiceBlockingStub usage(Secret secret) {
    return UsageServiceGrpc.newBlockingStub(service.channel())
        .withCallCredentials(ServiceCredential.of(secret));
  }

  private static UsageServiceBlockingStub usage() {
    return usage(service.platformKey("operator"));
  }

  private static Secret key(String nodeId, String... scopes) {
    return Secret.of(service.create(nodeId, scopes).getSecret());
  }

  private static void use(CreateKeyResponse used, String client, int times, String... scopes) {
    AuthenticateRequest request =
        AuthenticateRequest.newBuilder()
            .setCredential(used.getSecret())
            .setClientAddress(client)
            .addAllRequiredScopes(List.of(scopes))
            .build();
    service
        .authentication()
        .authenticateBatch(
            AuthenticateBatchRequest.newBuilder()
                .addAllRequests(java.util.Collections.nCopies(times, request))
                .build());
  }

  static Stream<String> calls() {
    return CALLS.keySet().stream();
  }

  private static void call(String name, UsageServiceBlockingStub stub) {
    Objects.requireNonNull(CALLS.get(name)).accept(stub);
  }

  @Test
  void everyCallOfTheService_hasARow() {
    assertThat(CALLS.keySet())
        .containsExactlyInAnyOrderElementsOf(
            UsageServiceGrpc.getServiceDescriptor().getMethods().stream()
                .map(MethodDescriptor::getBareMethodName)
                .toList());
  }

  @ParameterizedTest
  @MethodSource("calls")
  void onlyCallersAboveTheThing_withTheScope_areAnswered(String name) {
    Refusals.of(() -> call(name, UsageServiceGrpc.newBlockingStub(service.channel())))
        .hasReason(ErrorReason.ERROR_REASON_CREDENTIAL_MISSING);
    Secret without = key(acme.organization().getId(), Scopes.KEYS_READ, Scopes.KEYS_WRITE, "*");
    Refusals.of(() -> call(name, usage(without)))
        .hasReason(ErrorReason.ERROR_REASON_INSUFFICIENT_SCOPE);
    Secret stranger = key(rival.organization().getId(), Scopes.USAGE_READ);
    Refusals.of(() -> call(name, usage(stranger)))
        .hasReason(ErrorReason.ERROR_REASON_RESOURCE_NOT_FOUND);
    Secret below = key(acme.workspace().getId(), Scopes.USAGE_READ);
    Refusals.of(() -> call(name, usage(below)))
        .hasReason(ErrorReason.ERROR_REASON_RESOURCE_NOT_FOUND);
    call(name, usage(key(acme.organization().getId(), Scopes.USAGE_READ)));
    call(name, usage());
  }

  @Test
  void aForeignKey_looksLikeOneThatDoesNotExist() {
    Secret stranger = key(rival.organization().getId(), Scopes.USAGE_READ);
    for (String id : List.of(key.getKey().getId(), UUID.randomUUID().toString())) {
      Refusals refusal =
          Refusals.of(() -> usage(stranger).queryUsage(query().setKeyId(id).build()));
      refusal.hasReason(ErrorReason.ERROR_REASON_RESOURCE_NOT_FOUND);
      assertThat(refusal.metadata())
          .containsEntry("resource_type", "key")
          .containsEntry("resource_id", id);
    }
  }

  @Test
  void usage_isAnsweredByBucketAndOutcome_withItsSum() {
    StandInTenancy.Branch branch = service.tenancy().branch("queried");
    CreateKeyResponse one = service.create(branch.workspace().getId());
    CreateKeyResponse two = service.create(branch.project().getId());
    tables.toTheNextMinute();
    Instant minute = BucketSize.MINUTE.floor(service.clock().instant());
    use(one, "192.0.2.1", 3);
    use(one, "192.0.2.1", 2, "memories:write");
    use(two, "192.0.2.1", 7);
    service.clock().advance(Duration.ofMinutes(1));
    use(one, "192.0.2.1", 1);
    tables.flush();

    QueryUsageResponse ofKey =
        usage()
            .queryUsage(
                QueryUsageRequest.newBuilder()
                    .setKeyId(one.getKey().getId())
                    .setStartTime(time(minute.plusSeconds(30)))
                    .setBucketSize(UsageBucketSize.USAGE_BUCKET_SIZE_MINUTE)
                    .build());
    assertThat(ofKey.getBucketsList())
        .extracting(UsageBucket::getStartTime)
        .containsExactly(time(minute), time(minute.plusSeconds(60)));
    assertThat(ofKey.getBuckets(0).getCounts().getAllowed()).isEqualTo(3);
    assertThat(ofKey.getBuckets(0).getCounts().getDenied()).isEqualTo(2);
    assertThat(ofKey.getBuckets(0).getCounts().getDenials(0).getReason())
        .isEqualTo(DenialReason.DENIAL_REASON_INSUFFICIENT_SCOPE);
    assertThat(ofKey.getTotal().getAllowed()).isEqualTo(4);
    assertThat(ofKey.getTotal().getDenied()).isEqualTo(2);

    QueryUsageResponse ended =
        usage()
            .queryUsage(
                QueryUsageRequest.newBuilder()
                    .setNodeId(branch.organization().getId())
                    .setStartTime(time(minute))
                    .setEndTime(time(minute.plusSeconds(60)))
                    .setBucketSize(UsageBucketSize.USAGE_BUCKET_SIZE_MINUTE)
                    .build());
    assertThat(ended.getTotal().getAllowed()).isEqualTo(10);
    assertThat(
            usage()
                .queryUsage(query().setNodeId(branch.workspace().getId()).build())
                .getTotal()
                .getAllowed())
        .isEqualTo(4);
  }

  @Test
  void keys_areListedByUse_pageByPage_overDaysAndBlocksOfThem() {
    StandInTenancy.Branch branch = service.tenancy().branch("ranked");
    List<String> mostFirst = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      CreateKeyResponse used = service.create(branch.workspace().getId());
      use(used, "192.0.2.1", i * 10);
      mostFirst.addFirst(used.getKey().getId());
    }
    service.create(branch.workspace().getId());
    Instant now = service.clock().instant();
    CreateKeyResponse old = service.create(branch.project().getId());
    UsageMeters meters = service.host().context().getBean(UsageMeters.class);
    KeyMeter meter =
        Meters.of(
            meters,
            UUID.fromString(old.getKey().getId()),
            List.of(UUID.fromString(branch.organization().getId())));
    var denied =
        dev.latchkey.keys.decision.Decision.denied(
            dev.latchkey.keys.decision.DenialReason.DISABLED);
    for (int day = 0; day < 90; day++) {
      meter.count(denied, null, now.minus(Duration.ofDays(day)).toEpochMilli());
    }
    mostFirst.addFirst(old.getKey().getId());
    tables.flush();

    ListKeyUsageRequest.Builder request =
        ListKeyUsageRequest.newBuilder()
            .setNodeId(branch.project().getId())
            .setStartTime(ago(79))
            .setPageSize(4);
    ListKeyUsageResponse first = usage().listKeyUsage(request.build());
    ListKeyUsageResponse second =
        usage().listKeyUsage(request.setPageToken(first.getNextPageToken()).build());
    List<KeyUsage> both = new ArrayList<>(first.getKeysList());
    both.addAll(second.getKeysList());

    assertThat(both).extracting(KeyUsage::getKeyId).containsExactlyElementsOf(mostFirst);
    assertThat(both.getFirst().getCounts().getDenied()).isEqualTo(80);
    assertThat(both.get(1).getCounts().getAllowed()).isEqualTo(50);
    assertThat(second.getNextPageToken()).isEmpty();
    assertThat(
            usage()
                .listKeyUsage(
                    request.clearPageToken().setStartTime(ago(54)).setPageSize(100).build())
                .getKeysList())
        .as("55 days beat 50 calls")
        .extracting(KeyUsage::getKeyId)
        .containsExactlyElementsOf(mostFirst);
    Refusals.of(
            () ->
                usage()
                    .listKeyUsage(
                        request
                            .setPageToken(first.getNextPageToken())
                            .setNodeId(branch.workspace().getId())
                            .build()))
        .hasReason(ErrorReason.ERROR_REASON_INVALID_PAGE_TOKEN);
  }

  @Test
  void addresses_areListedByUse_andOfVeryManyTheFrequentOnesStay() {
    CreateKeyResponse used = service.create(node());
    for (int batch = 0; batch < 3; batch++) {
      for (int i = 0; i < 90; i++) {
        use(used, "10.%d.0.%d".formatted(batch, i), 1);
      }
      use(used, "2001:db8::7", 5);
      tables.flush();
    }
    use(used, "192.0.2.200", 9);
    tables.flush();

    List<ClientAddressUsage> addresses =
        usage()
            .listClientAddresses(
                ListClientAddressesRequest.newBuilder()
                    .setKeyId(used.getKey().getId())
                    .setStartTime(ago(0))
                    .setPageSize(1_000)
                    .build())
            .getAddressesList();

    assertThat(addresses).hasSize(100);
    assertThat(addresses.get(0).getAddress()).isEqualTo("2001:db8::7");
    assertThat(addresses.get(0).getCount()).isEqualTo(15);
    assertThat(addresses.get(1).getAddress()).isEqualTo("192.0.2.200");
    assertThat(addresses.get(1).getLastUsedTime().getSeconds() % 60).isZero();
    assertThat(tables.sum(BucketSize.DAY, used.getKey().getId())).isEqualTo(270 + 15 + 9);
  }

  @Test
  void whatIsPastKeeping_isNotShown_whetherItIsDroppedOrNot() {
    CreateKeyResponse used = service.create(node());
    Instant old = BucketSize.DAY.floor(service.clock().instant()).minus(Duration.ofDays(801));
    tables.execute(
        "INSERT INTO usage_day VALUES ('%s', '%s', 0, 5)".formatted(used.getKey().getId(), old));

    QueryUsageResponse answer =
        usage()
            .queryUsage(
                QueryUsageRequest.newBuilder()
                    .setKeyId(used.getKey().getId())
                    .setStartTime(time(old))
                    .setBucketSize(UsageBucketSize.USAGE_BUCKET_SIZE_DAY)
                    .build());

    assertThat(answer.getTotal().getAllowed()).isZero();
  }

  /** One bad request, and the field that the refusal must name. */
  record Bad(String what, String field, Consumer<UsageServiceBlockingStub> call) {
    @Override
    public String toString() {
      return what;
    }
  }

  private static Bad bad(String what, String field, Consumer<QueryUsageRequest.Builder> edit) {
    return new Bad(
        "QueryUsage: " + what,
        field,
        stub -> {
          QueryUsageRequest.Builder request = query().setNodeId(node());
          edit.accept(request);
          stub.queryUsage(request.build());
        });
  }

  private static Bad list(String what, String field, Consumer<ListKeyUsageRequest.Builder> edit) {
    return new Bad(
        "ListKeyUsage: " + what,
        field,
        stub -> {
          ListKeyUsageRequest.Builder request =
              ListKeyUsageRequest.newBuilder().setNodeId(node()).setStartTime(ago(1));
          edit.accept(request);
          stub.listKeyUsage(request.build());
        });
  }

  private static Bad addresses(
      String what, String field, Consumer<ListClientAddressesRequest.Builder> edit) {
    return new Bad(
        "ListClientAddresses: " + what,
        field,
        stub -> {
          ListClientAddressesRequest.Builder request =
              ListClientAddressesRequest.newBuilder()
                  .setKeyId(key.getKey().getId())
                  .setStartTime(ago(1));
          edit.accept(request);
          stub.listClientAddresses(request.build());
        });
  }

  static Stream<Bad> badRequests() {
    Timestamp noTime = Timestamp.newBuilder().setSeconds(Long.MAX_VALUE).setNanos(-1).build();
    List<Bad> all = new ArrayList<>();
    for (String id : List.of("x", "x".repeat(5_000), "\0")) {
      String what = "id of " + id.length();
      all.add(bad(what, "node_id", r -> r.setNodeId(id)));
      all.add(bad(what, "key_id", r -> r.clearNodeId().setKeyId(id)));
      all.add(list(what, "node_id", r -> r.setNodeId(id)));
      all.add(addresses(what, "key_id", r -> r.setKeyId(id)));
    }
    all.add(bad("neither", "key_id", QueryUsageRequest.Builder::clearNodeId));
    all.add(bad("both", "key_id", r -> r.setKeyId(UUID.randomUUID().toString())));
    all.add(list("no node", "node_id", ListKeyUsageRequest.Builder::clearNodeId));
    all.add(addresses("no key", "key_id", ListClientAddressesRequest.Builder::clearKeyId));
    all.add(bad("no start", "start_time", QueryUsageRequest.Builder::clearStartTime));
    all.add(list("no start", "start_time", ListKeyUsageRequest.Builder::clearStartTime));
    all.add(
        addresses("no start", "start_time", ListClientAddressesRequest.Builder::clearStartTime));
    all.add(bad("no time", "start_time", r -> r.setStartTime(noTime)));
    all.add(bad("no time", "end_time", r -> r.setEndTime(noTime)));
    all.add(list("no time", "end_time", r -> r.setEndTime(noTime)));
    all.add(addresses("no time", "end_time", r -> r.setEndTime(noTime)));
    all.add(bad("the future", "start_time", r -> r.setStartTime(ago(-2))));
    all.add(bad("ends first", "end_time", r -> r.setEndTime(ago(2))));
    all.add(list("ends at once", "end_time", r -> r.setEndTime(r.getStartTime())));
    all.add(bad("1501 hours", "start_time", r -> r.setStartTime(ago(63))));
    all.add(
        bad(
            "all of time",
            "start_time",
            r -> r.setStartTime(Timestamp.newBuilder().setSeconds(-62_000_000_000L))));
    all.add(bad("unknown size", "bucket_size", r -> r.setBucketSizeValue(9)));
    all.add(list("negative size", "page_size", r -> r.setPageSize(-1)));
    all.add(addresses("negative size", "page_size", r -> r.setPageSize(-1)));
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("badRequests")
  void aBadField_isRefusedByName(Bad bad) {
    Refusals refusal = Refusals.of(() -> bad.call().accept(usage()));

    refusal.hasReason(ErrorReason.ERROR_REASON_INVALID_REQUEST);
    assertThat(refusal.fields()).contains(bad.field());
  }

  @Test
  void allOfTime_isAFineSpanForAList() {
    Timestamp first = Timestamp.newBuilder().setSeconds(-62_000_000_000L).build();
    Timestamp last = Timestamp.newBuilder().setSeconds(253_000_000_000L).build();
    usage()
        .listKeyUsage(
            ListKeyUsageRequest.newBuilder()
                .setNodeId(node())
                .setStartTime(first)
                .setEndTime(last)
                .build());
    usage()
        .listClientAddresses(
            ListClientAddressesRequest.newBuilder()
                .setKeyId(key.getKey().getId())
                .setStartTime(first)
                .setEndTime(last)
                .build());
  }

  @Test
  void bytesThatAreNoMessage_areTheCallersMistake() {
    for (MethodDescriptor<?, ?> method : UsageServiceGrpc.getServiceDescriptor().getMethods()) {
      Refusals.of(() -> RawCalls.send(service, method.getFullMethodName(), new byte[] {-1, -1}))
          .hasReason(ErrorReason.ERROR_REASON_INVALID_REQUEST);
    }
  }
}
