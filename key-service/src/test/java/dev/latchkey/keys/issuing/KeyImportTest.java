package dev.latchkey.keys.issuing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.latchkey.keys.hashing.KeyHasher;
import dev.latchkey.keys.support.Conditions;
import dev.latchkey.keys.support.ImportClient;
import dev.latchkey.keys.support.Refusals;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.keys.support.StandInTenancy;
import dev.latchkey.kit.access.Scopes;
import dev.latchkey.kit.database.Sql;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.errors.v1.ErrorReason;
import dev.latchkey.proto.keys.v1.CreateKeyResponse;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.keys.v1.GetKeyRequest;
import dev.latchkey.proto.keys.v1.ImportFieldViolation;
import dev.latchkey.proto.keys.v1.ImportResult;
import dev.latchkey.proto.keys.v1.ImportedKey;
import dev.latchkey.proto.keys.v1.Key;
import dev.latchkey.proto.keys.v1.KeyMode;
import dev.latchkey.proto.keys.v1.RevocationReason;
import dev.latchkey.proto.keys.v1.RevokeKeyRequest;
import dev.latchkey.proto.keys.v1.RotateKeyRequest;
import dev.latchkey.proto.keys.v1.RotateKeyResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Keys of other systems: taken over with the texts they have, and no wider than their importer. */
final class KeyImportTest {
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

  private static String newText() {
    return "old+" + UUID.randomUUID();
  }

  private static ImportedKey.Builder wanted(String text) {
    return ImportedKey.newBuilder()
        .setPlainText(text)
        .setNodeId(acme.environment().getId())
        .setName("from elsewhere");
  }

  private static ImportResult imported(ImportedKey.Builder key) {
    return ImportClient.once(service, key.build()).getFirst();
  }

  private static ByteString sha256(String text) {
    return ByteString.copyFrom(KeyHasher.hash(Secret.of(text)).bytes());
  }

  private static Key key(String id) {
    return service.keys().getKey(GetKeyRequest.newBuilder().setId(id).build()).getKey();
  }

  private static void hasReason(ImportResult result, ErrorReason reason) {
    assertThat(result.getError().getReason()).isEqualTo(reason);
    assertThat(result.getError().getMessage()).isNotBlank();
  }

  @Test
  void importedKey_worksWithItsOldText_onceItIsImported() {
    String text = newText();
    assertThat(service.authenticate(text).hasDenied()).isTrue();

    ImportResult result =
        imported(
            wanted(text)
                .addScopes("files:read")
                .setMode(KeyMode.KEY_MODE_TEST)
                .putMetadata("a", "b"));

    assertThat(result.getAlreadyImported()).isFalse();
    assertThat(service.authenticate(text).getAllowed().getKey().getId())
        .isEqualTo(result.getKeyId());
    Key key = key(result.getKeyId());
    assertThat(key.getImported()).isTrue();
    assertThat(key.getScopesList()).containsExactly("files:read");
    assertThat(key.getMode()).isEqualTo(KeyMode.KEY_MODE_TEST);
    assertThat(key.getPrefix()).isEqualTo(text.substring(0, 8));
    assertThat(key.getLastCharacters()).isEqualTo(text.substring(text.length() - 4));
  }

  @Test
  void shortText_isNotGivenAwayByItsDisplay() {
    Key shown = key(imported(wanted("a-short-text-of-23-char")).getKeyId());

    assertThat(shown.getPrefix()).isEmpty();
    assertThat(shown.getLastCharacters()).isEmpty();
  }

  @Test
  void keyGivenByItsHash_worksWithTheText_andShowsWhatItWasGiven() {
    String text = newText();
    ImportResult result =
        imported(wanted("").setSha256(sha256(text)).setPrefix("old+").setLastCharacters("wxyz"));

    assertThat(service.authenticate(text).hasAllowed()).isTrue();
    assertThat(key(result.getKeyId()).getPrefix()).isEqualTo("old+");
    assertThat(key(result.getKeyId()).getLastCharacters()).isEqualTo("wxyz");
  }

  @Test
  void revokedImportedKey_isRefusedBeforeTheCallReturns() {
    String text = newText();
    String id = imported(wanted(text)).getKeyId();
    assertThat(service.authenticate(text).hasAllowed()).isTrue();

    service
        .keys()
        .revokeKey(
            RevokeKeyRequest.newBuilder()
                .setId(id)
                .setReason(RevocationReason.REVOCATION_REASON_OTHER)
                .build());

    assertThat(service.denial(text)).isEqualTo(DenialReason.DENIAL_REASON_REVOKED);
  }

  @Test
  void rotation_ofAnImportedKey_givesAKeyOfOurOwn() {
    String text = newText();
    RotateKeyResponse rotated =
        service
            .keys()
            .rotateKey(
                RotateKeyRequest.newBuilder().setId(imported(wanted(text)).getKeyId()).build());

    assertThat(rotated.getSecret()).startsWith("mk_live_staging_");
    assertThat(rotated.getKey().getImported()).isFalse();
    assertThat(service.authenticate(rotated.getSecret()).hasAllowed()).isTrue();
    assertThat(service.authenticate(text).hasDenied()).isTrue();
  }

  @Test
  void batchThatIsSentAgain_changesNothing_andIsAnsweredWithTheSameIds() {
    ImportedKey[] batch =
        IntStream.range(0, 50).mapToObj(i -> wanted(newText()).build()).toArray(ImportedKey[]::new);
    List<ImportResult> first = ImportClient.once(service, batch);
    long events = events();

    List<ImportResult> second = ImportClient.once(service, batch);

    assertThat(second).allMatch(ImportResult::getAlreadyImported);
    assertThat(second.stream().map(ImportResult::getKeyId))
        .containsExactlyElementsOf(first.stream().map(ImportResult::getKeyId).toList());
    assertThat(events()).isEqualTo(events);
  }

  private static long events() {
    return service
        .host()
        .context()
        .getBean(Transactions.class)
        .read(in -> Sql.first(in, "SELECT count(*) AS n FROM audit_event", row -> row.getLong("n")))
        .orElseThrow();
  }

  @Test
  void textThatIsTaken_isNotTakenOver_whoeverHasIt() {
    CreateKeyResponse ours = service.create(acme.environment().getId());
    String text = newText();
    imported(wanted(text));

    hasReason(imported(wanted(ours.getSecret())), ErrorReason.ERROR_REASON_KEY_TEXT_TAKEN);
    hasReason(
        imported(wanted(text).setNodeId(rival.environment().getId())),
        ErrorReason.ERROR_REASON_KEY_TEXT_TAKEN);
    assertThat(service.authenticate(ours.getSecret()).getAllowed().getKey().getId())
        .isEqualTo(ours.getKey().getId());
  }

  @Test
  void itemsStandForThemselves_inOrder_andRepeatsWithinABatchAreOneKey() {
    String text = newText();
    List<ImportResult> results =
        ImportClient.once(
            service,
            wanted(newText()).setName("").build(),
            wanted(text).build(),
            wanted(newText()).setNodeId(UUID.randomUUID().toString()).build(),
            wanted(text).build(),
            wanted(text).setNodeId(rival.environment().getId()).build(),
            wanted(newText()).build());

    hasReason(results.get(0), ErrorReason.ERROR_REASON_INVALID_REQUEST);
    assertThat(results.get(1).getAlreadyImported()).isFalse();
    assertThat(results.get(1).getKeyId()).isNotEmpty();
    hasReason(results.get(2), ErrorReason.ERROR_REASON_RESOURCE_NOT_FOUND);
    assertThat(results.get(3).getAlreadyImported()).isTrue();
    assertThat(results.get(3).getKeyId()).isEqualTo(results.get(1).getKeyId());
    hasReason(results.get(4), ErrorReason.ERROR_REASON_KEY_TEXT_TAKEN);
    assertThat(results.get(5).getKeyId()).isNotEmpty();
  }

  @Test
  void concurrentImportsOfTheSameKeys_makeEachOnce() throws Exception {
    List<ImportedKey> batch =
        new ArrayList<>(IntStream.range(0, 500).mapToObj(i -> wanted(newText()).build()).toList());
    List<ImportedKey> backwards = new ArrayList<>(batch.reversed());
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<ImportResult>>> imports = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        ImportedKey[] own = (i % 2 == 0 ? batch : backwards).toArray(ImportedKey[]::new);
        imports.add(threads.submit(() -> ImportClient.once(service, own)));
      }
      List<ImportResult> all = new ArrayList<>();
      for (Future<List<ImportResult>> one : imports) {
        all.addAll(one.get());
      }
      assertThat(all).allMatch(result -> !result.getKeyId().isEmpty());
      assertThat(all.stream().filter(result -> !result.getAlreadyImported())).hasSize(500);
      assertThat(all.stream().map(ImportResult::getKeyId).distinct()).hasSize(500);
    }
  }

  @Test
  void noImporter_takesOverAKeyThatItCouldNotMake() {
    Secret importer =
        Secret.of(
            service.create(acme.project().getId(), Scopes.KEYS_WRITE, "files:read").getSecret());
    List<ImportResult> results =
        ImportClient.once(
            service,
            importer,
            wanted(newText()).addScopes("files:write").build(),
            wanted(newText()).setNodeId(acme.organization().getId()).build(),
            wanted(newText()).setNodeId(rival.environment().getId()).build(),
            wanted(newText()).addScopes("files:read").build());

    hasReason(results.get(0), ErrorReason.ERROR_REASON_SCOPE_NOT_HELD);
    hasReason(results.get(1), ErrorReason.ERROR_REASON_RESOURCE_NOT_FOUND);
    hasReason(results.get(2), ErrorReason.ERROR_REASON_RESOURCE_NOT_FOUND);
    assertThat(results.get(3).getKeyId()).isNotEmpty();
  }

  @Test
  void importer_mustHoldTheScope_andAGoodKey() {
    Secret reader = Secret.of(service.create(acme.project().getId(), Scopes.KEYS_READ).getSecret());

    Refusals.of(() -> ImportClient.once(service, reader, wanted(newText()).build()))
        .hasReason(ErrorReason.ERROR_REASON_INSUFFICIENT_SCOPE);
    Refusals.of(() -> ImportClient.once(service, Secret.of("nonsense"), wanted(newText()).build()))
        .hasReason(ErrorReason.ERROR_REASON_CREDENTIAL_INVALID);
  }

  @Test
  void importerThatIsRevoked_importsNothingMore_withinTheSameCall() {
    CreateKeyResponse importer = service.create(acme.project().getId(), Scopes.KEYS_WRITE);
    try (ImportClient client = new ImportClient(service, Secret.of(importer.getSecret()))) {
      assertThat(client.send(List.of(wanted(newText()).build())).getFirst().getKeyId())
          .isNotEmpty();
      service
          .keys()
          .revokeKey(
              RevokeKeyRequest.newBuilder()
                  .setId(importer.getKey().getId())
                  .setReason(RevocationReason.REVOCATION_REASON_OTHER)
                  .build());
      String text = newText();

      Refusals.of(() -> client.send(List.of(wanted(text).build())))
          .hasReason(ErrorReason.ERROR_REASON_CREDENTIAL_INVALID);
      assertThat(service.authenticate(text).hasDenied()).isTrue();
    }
  }

  private static void refused(String field, Consumer<ImportedKey.Builder> edit) {
    ImportedKey.Builder key = wanted(newText());
    edit.accept(key);
    ImportResult result = imported(key);
    hasReason(result, ErrorReason.ERROR_REASON_INVALID_REQUEST);
    assertThat(result.getError().getFieldViolationsList())
        .extracting(ImportFieldViolation::getField)
        .containsExactly(field);
  }

  @Test
  void hostileValues_areNamedByTheirFields() {
    for (String text :
        List.of(
            "", "1234567", "x".repeat(513), "with a blank", "tab\there", "ümläute", "a\0bcdefgh")) {
      refused("plain_text", key -> key.setPlainText(text));
    }
    refused("text", ImportedKey.Builder::clearPlainText);
    refused("sha256", key -> key.setSha256(ByteString.copyFrom(new byte[31])));
    refused("sha256", key -> key.setSha256(ByteString.copyFrom(new byte[33])));
    refused("prefix", key -> key.setPrefix("p"));
    refused("last_characters", key -> key.setLastCharacters("last"));
    refused("prefix", key -> key.setSha256(sha256(newText())).setPrefix("p".repeat(21)));
    refused("prefix", key -> key.setSha256(sha256(newText())).setPrefix("\n"));
    refused("last_characters", key -> key.setSha256(sha256(newText())).setLastCharacters("abc"));
    refused("node_id", key -> key.setNodeId("x"));
    refused("name", key -> key.setName("n".repeat(201)));
    refused("mode", key -> key.setModeValue(99));
    refused("scopes[0]", key -> key.addScopes("UPPER"));
    refused("metadata[\"\"]", key -> key.putMetadata("", "v"));
    refused("allowed_networks[0]", key -> key.addAllowedNetworks("10.0.0.1/8"));
    refused("resources[0]", key -> key.addResources("folder"));
    refused("expire_time", key -> key.setExpireTime(Timestamp.newBuilder().setSeconds(1)));
    refused(
        "not_before", key -> key.setNotBefore(Timestamp.newBuilder().setSeconds(Long.MAX_VALUE)));
  }

  @Test
  void batchSize_isBounded() {
    assertThat(Refusals.of(() -> ImportClient.once(service)).fields()).containsExactly("keys");
    ImportedKey[] tooMany = new ImportedKey[1_001];
    Arrays.fill(tooMany, wanted("x").setNodeId("x").build());
    assertThat(Refusals.of(() -> ImportClient.once(service, tooMany)).fields())
        .containsExactly("keys");
  }

  @Test
  void withoutImports_foreignTextsCostNoLookUp_andAnotherNodeLearnsOfTheFirstImport() {
    try (RunningKeyService fresh = new RunningKeyService()) {
      String text = newText();
      assertThat(fresh.denial(text)).isEqualTo(DenialReason.DENIAL_REASON_MALFORMED);
      String node = fresh.tenancy().branch("new").environment().getId();
      // As another node would: the mark is committed with its row in the log of key changes.
      fresh
          .host()
          .context()
          .getBean(Transactions.class)
          .change(
              in -> {
                int _ = Sql.update(in, "INSERT INTO import_mark DEFAULT VALUES");
                int _ =
                    Sql.update(
                        in,
                        """
                        INSERT INTO key_change
                            (key_ids, hashes, accounts, node_accounts, foreign_keys)
                        VALUES ('{}', '{}', '{}', false, true)
                        """);
              });
      long begin = System.nanoTime();
      Conditions.await(
          "foreign texts are looked up",
          () -> fresh.denial(newText()) == DenialReason.DENIAL_REASON_UNKNOWN);
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
      assertThat(
              ImportClient.once(fresh, wanted(text).setNodeId(node).build()).getFirst().getKeyId())
          .isNotEmpty();
      assertThat(fresh.authenticate(text).hasAllowed()).isTrue();
      for (String bad : List.of("short", "with a blank", "x".repeat(513), "é".repeat(20))) {
        assertThat(fresh.denial(bad)).isEqualTo(DenialReason.DENIAL_REASON_MALFORMED);
      }
    }
  }

  /** How fast it goes; {@code -Dimport.keys=100000} for the figure in docs/benchmarks.md. */
  @Test
  void manyKeys_areImportedInBatches_withoutWaitingLong() {
    int total = Integer.getInteger("import.keys", 10_000);
    try (RunningKeyService fresh = new RunningKeyService()) {
      String node = fresh.tenancy().branch("new").environment().getId();
      List<ImportResult> results = new ArrayList<>();
      long begin = System.nanoTime();
      try (ImportClient client = new ImportClient(fresh, fresh.platformKey("operator"))) {
        for (int done = 0; done < total; done += 1_000) {
          results.addAll(
              client.send(
                  IntStream.range(0, 1_000)
                      .mapToObj(i -> wanted(newText()).setNodeId(node).addScopes("a:b").build())
                      .toList()));
        }
      }
      Duration took = Duration.ofNanos(System.nanoTime() - begin);
      System.out.printf("imported %d keys in %d ms%n", total, took.toMillis());
      assertThat(results).hasSize(total).noneMatch(ImportResult::hasError);
      assertThat(took).isLessThan(Duration.ofSeconds(60));
    }
  }
}
