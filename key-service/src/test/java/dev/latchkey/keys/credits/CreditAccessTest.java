package dev.latchkey.keys.credits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.keys.support.RawCalls;
import dev.latchkey.keys.support.Refusals;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.keys.support.StandInTenancy;
import dev.latchkey.kit.access.AccessRules;
import dev.latchkey.kit.access.Scopes;
import dev.latchkey.kit.grpc.ServiceCredential;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.errors.v1.ErrorReason;
import dev.latchkey.proto.keys.v1.AddCreditsRequest;
import dev.latchkey.proto.keys.v1.CreateKeyRequest;
import dev.latchkey.proto.keys.v1.CreditServiceGrpc;
import dev.latchkey.proto.keys.v1.CreditServiceGrpc.CreditServiceBlockingStub;
import dev.latchkey.proto.keys.v1.Credits;
import dev.latchkey.proto.keys.v1.GetCreditsRequest;
import dev.latchkey.proto.keys.v1.Refill;
import dev.latchkey.proto.keys.v1.RefillInterval;
import dev.latchkey.proto.keys.v1.RemoveCreditsRequest;
import dev.latchkey.proto.keys.v1.SetCreditsRequest;
import io.grpc.MethodDescriptor;
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

/** Every call of CreditService against every kind of caller, and with what it cannot take. */
final class CreditAccessTest {
  /** Whose account a call is about: one of the two is empty. */
  private record Target(String keyId, String nodeId) {}

  /** One call. */
  private interface Call {
    void on(CreditServiceBlockingStub stub, Target target, String requestId);
  }

  private static final Map<String, Call> CALLS =
      Map.of(
          "GetCredits",
          (stub, target, _) -> {
            var _ =
                stub.getCredits(
                    GetCreditsRequest.newBuilder()
                        .setKeyId(target.keyId())
                        .setNodeId(target.nodeId())
                        .build());
          },
          "SetCredits",
          (stub, target, requestId) -> {
            var _ =
                stub.setCredits(
                    SetCreditsRequest.newBuilder()
                        .setKeyId(target.keyId())
                        .setNodeId(target.nodeId())
                        .setCredits(Credits.newBuilder().setRemaining(5))
                        .setRequestId(requestId)
                        .build());
          },
          "AddCredits",
          (stub, target, requestId) -> {
            var _ =
                stub.addCredits(
                    AddCreditsRequest.newBuilder()
                        .setKeyId(target.keyId())
                        .setNodeId(target.nodeId())
                        .setAmount(1)
                        .setRequestId(requestId)
                        .build());
          },
          "RemoveCredits",
          (stub, target, requestId) -> {
            var _ =
                stub.removeCredits(
                    RemoveCreditsRequest.newBuilder()
                        .setKeyId(target.keyId())
                        .setNodeId(target.nodeId())
                        .setRequestId(requestId)
                        .build());
          });

  private static RunningKeyService service;
  private static StandInTenancy.Branch acme;
  private static StandInTenancy.Branch rival;

  @BeforeAll
  static void start() {
    service = new RunningKeyService();
    acme = service.tenancy().branch("acme");
    rival = service.tenancy().branch("rival");
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private static CreditServiceBlockingStub as(Secret key) {
    return CreditServiceGrpc.newBlockingStub(service.channel())
        .withCallCredentials(ServiceCredential.of(key));
  }

  private static CreditServiceBlockingStub operator() {
    return as(service.platformKey("operator"));
  }

  private static Secret key(String nodeId, String... scopes) {
    return Secret.of(service.create(nodeId, scopes).getSecret());
  }

  private static List<Target> targets() {
    String id = service.create(acme.environment().getId()).getKey().getId();
    List<Target> targets = List.of(new Target(id, ""), new Target("", acme.project().getId()));
    for (Target target : targets) {
      call("SetCredits").on(operator(), target, "");
    }
    return targets;
  }

  private static Call call(String name) {
    return Objects.requireNonNull(CALLS.get(name));
  }

  static Stream<String> calls() {
    return CALLS.keySet().stream().sorted();
  }

  private static void eachRefused(
      String name, CreditServiceBlockingStub stub, ErrorReason expected) {
    for (Target target : targets()) {
      Refusals.of(() -> call(name).on(stub, target, "")).hasReason(expected);
    }
  }

  @Test
  void everyCall_hasARowAndARule() {
    assertThat(
            CreditServiceGrpc.getServiceDescriptor().getMethods().stream()
                .peek(method -> assertThat(AccessRules.of(method).getRequiredScope()).isNotEmpty())
                .map(MethodDescriptor::getBareMethodName))
        .containsExactlyInAnyOrderElementsOf(CALLS.keySet());
  }

  @ParameterizedTest
  @MethodSource("calls")
  void withoutAKey_orWithAWrongOne_isRefused(String name) {
    eachRefused(
        name,
        CreditServiceGrpc.newBlockingStub(service.channel()),
        ErrorReason.ERROR_REASON_CREDENTIAL_MISSING);
    eachRefused(name, as(Secret.of("lk_live_x")), ErrorReason.ERROR_REASON_CREDENTIAL_INVALID);
  }

  @ParameterizedTest
  @MethodSource("calls")
  void withoutTheScope_isRefused(String name) {
    String other = name.equals("GetCredits") ? Scopes.KEYS_WRITE : Scopes.KEYS_READ;
    eachRefused(
        name,
        as(key(acme.organization().getId(), other, "*")),
        ErrorReason.ERROR_REASON_INSUFFICIENT_SCOPE);
  }

  @ParameterizedTest
  @MethodSource("calls")
  void fromOutsideOrBelow_thereIsNoSuchThing(String name) {
    for (String node : List.of(rival.organization().getId(), acme.workspace().getId())) {
      eachRefused(
          name,
          as(key(node, Scopes.KEYS_READ, Scopes.KEYS_WRITE)),
          ErrorReason.ERROR_REASON_RESOURCE_NOT_FOUND);
    }
  }

  @ParameterizedTest
  @MethodSource("calls")
  void fromAbove_andWithTheOperatorsKey_isAllowed(String name) {
    Secret above = key(acme.organization().getId(), Scopes.KEYS_READ, Scopes.KEYS_WRITE);
    for (Target target : targets()) {
      call(name).on(as(above), target, "");
    }
    for (Target target : targets()) {
      call(name).on(operator(), target, "");
    }
  }

  @ParameterizedTest
  @MethodSource("calls")
  void targetsThatAreNone_areRefusedByName(String name) {
    Target good = targets().getFirst();
    assertThat(fields(name, new Target("", ""), "")).containsExactly("key_id");
    assertThat(fields(name, new Target(good.keyId(), acme.project().getId()), ""))
        .containsExactly("node_id");
    for (String id : List.of("x", "\0", "x".repeat(5_000))) {
      assertThat(fields(name, new Target(id, ""), "")).containsExactly("key_id");
      assertThat(fields(name, new Target("", id), "")).containsExactly("node_id");
      if (!name.equals("GetCredits")) {
        assertThat(fields(name, good, id)).containsExactly("request_id");
      }
    }
    Refusals.of(() -> call(name).on(operator(), new Target(UUID.randomUUID().toString(), ""), ""))
        .hasReason(ErrorReason.ERROR_REASON_RESOURCE_NOT_FOUND);
    for (byte[] bytes : List.of(new byte[] {-1, -1, -1}, new byte[] {0x0A, 1, (byte) 0xC3})) {
      Refusals.of(() -> RawCalls.send(service, CreditServiceGrpc.SERVICE_NAME + "/" + name, bytes))
          .hasReason(ErrorReason.ERROR_REASON_INVALID_REQUEST);
    }
  }

  private static List<String> fields(String name, Target target, String requestId) {
    return Refusals.of(() -> call(name).on(operator(), target, requestId)).fields();
  }

  static Stream<Map.Entry<String, Consumer<Credits.Builder>>> wrongCredits() {
    return Stream.of(
        Map.entry("credits.remaining", credits -> credits.setRemaining(-1)),
        Map.entry("credits.remaining", credits -> credits.setRemaining(Long.MAX_VALUE)),
        Map.entry("credits.remaining", credits -> credits.setRemaining(CreditDraft.LARGEST + 1)),
        Map.entry(
            "credits.refill.interval",
            credits -> credits.setRefill(Refill.newBuilder().setAmount(1))),
        Map.entry(
            "credits.refill.interval",
            credits -> credits.setRefill(Refill.newBuilder().setIntervalValue(77).setAmount(1))),
        Map.entry("credits.refill.amount", credits -> credits.setRefill(daily(0))),
        Map.entry("credits.refill.amount", credits -> credits.setRefill(daily(-1))),
        Map.entry("credits.refill.amount", credits -> credits.setRefill(daily(Long.MAX_VALUE))));
  }

  private static Refill daily(long amount) {
    return Refill.newBuilder()
        .setInterval(RefillInterval.REFILL_INTERVAL_DAILY)
        .setAmount(amount)
        .build();
  }

  @ParameterizedTest
  @MethodSource("wrongCredits")
  void creditsThatAreNone_areRefusedByName(Map.Entry<String, Consumer<Credits.Builder>> wrong) {
    Credits.Builder credits = Credits.newBuilder();
    wrong.getValue().accept(credits);
    String node = acme.environment().getId();

    assertThat(
            Refusals.of(
                    () ->
                        operator()
                            .setCredits(
                                SetCreditsRequest.newBuilder()
                                    .setNodeId(node)
                                    .setCredits(credits)
                                    .build()))
                .fields())
        .containsExactly(wrong.getKey());
    assertThat(
            Refusals.of(
                    () ->
                        service
                            .keys()
                            .createKey(
                                CreateKeyRequest.newBuilder()
                                    .setNodeId(node)
                                    .setName("x")
                                    .setCredits(credits)
                                    .build()))
                .fields())
        .containsExactly(wrong.getKey());
  }

  @Test
  void amountsThatAreNone_areRefused_alsoTogetherWithWhatIsThere() {
    Target target = targets().getFirst();
    for (long amount :
        new long[] {0, -1, Long.MIN_VALUE, CreditDraft.LARGEST + 1, CreditDraft.LARGEST}) {
      assertThat(
              Refusals.of(
                      () ->
                          operator()
                              .addCredits(
                                  AddCreditsRequest.newBuilder()
                                      .setKeyId(target.keyId())
                                      .setAmount(amount)
                                      .build()))
                  .fields())
          .containsExactly("amount");
    }
    assertThat(
            Refusals.of(
                    () ->
                        operator()
                            .setCredits(
                                SetCreditsRequest.newBuilder().setKeyId(target.keyId()).build()))
                .fields())
        .containsExactly("credits");
  }
}
