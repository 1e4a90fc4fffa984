package dev.latchkey.harness.bench;

import com.google.protobuf.ByteString;
import dev.latchkey.harness.platform.Platform;
import dev.latchkey.harness.platform.Service;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.keys.v1.ImportKeysRequest;
import dev.latchkey.proto.keys.v1.ImportKeysResponse;
import dev.latchkey.proto.keys.v1.ImportResult;
import dev.latchkey.proto.keys.v1.ImportServiceGrpc;
import dev.latchkey.proto.keys.v1.ImportedKey;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Makes keys like those of {@link BenchKeys}, many in a short time: by importing them. */
final class ImportedKeys {
  private static final int BATCH = 1_000;
  private static final String PREFIX = "bench_live_";
  private static final int DISPLAYED = 4;

  private final Platform platform;
  private final BenchKeys keys;

  ImportedKeys(Platform platform) {
    this.platform = platform;
    this.keys = new BenchKeys(platform.operator());
  }

  /** Imports so many keys, a multiple of 1,000. */
  List<Secret> make(int count) {
    List<String> environments = keys.environments();
    List<Secret> texts = new ArrayList<>(count);
    BlockingClientCall<ImportKeysRequest, ImportKeysResponse> call =
        ImportServiceGrpc.newBlockingV2Stub(platform.operator().keyServiceChannel())
            .withCallCredentials(platform.operator().credentials())
            .importKeys();
    try {
      while (texts.size() < count) {
        ImportKeysRequest.Builder batch = ImportKeysRequest.newBuilder();
        for (int i = 0; i < BATCH; i++) {
          Secret text = Secret.of(PREFIX + UUID.randomUUID());
          batch.addKeys(key(text, environments.get(i % environments.size()), texts.size()));
          texts.add(text);
        }
        send(call, batch.build());
      }
    } finally {
      call.cancel("done", null);
    }
    keys.issue(environments, 1);
    limit(count);
    return texts;
  }

  private static ImportedKey key(Secret text, String environmentId, int number) {
    String revealed = text.reveal();
    return ImportedKey.newBuilder()
        .setSha256(sha256(revealed))
        .setPrefix(PREFIX)
        .setLastCharacters(revealed.substring(revealed.length() - DISPLAYED))
        .setNodeId(environmentId)
        .setName("bench " + number)
        .addAllScopes(BenchKeys.SCOPES)
        .addAllAllowedNetworks(BenchKeys.NETWORKS)
        .build();
  }

  private static ByteString sha256(String text) {
    try {
      return ByteString.copyFrom(
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void send(
      BlockingClientCall<ImportKeysRequest, ImportKeysResponse> call, ImportKeysRequest batch) {
    try {
      ImportKeysResponse answer = call.write(batch) ? call.read() : null;
      if (answer == null || answer.getResultsList().stream().anyMatch(ImportResult::hasError)) {
        throw new IllegalStateException("keys were not imported");
      }
    } catch (StatusException e) {
      throw new IllegalStateException("keys were not imported", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Gives them the limits of the one key that has some: imports take none. */
  private void limit(int count) {
    try (Connection database = platform.database(Service.KEY_SERVICE).connect();
        Statement statement = database.createStatement()) {
      int limited =
          statement.executeUpdate(
              """
              UPDATE api_key
              SET rate_limits = (SELECT rate_limits FROM api_key WHERE rate_limits IS NOT NULL)
              WHERE node_level = 'ENVIRONMENT' AND rate_limits IS NULL
              """);
      if (limited != count) {
        throw new IllegalStateException(limited + " keys were given limits, not " + count);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the keys were given no limits", e);
    }
  }
}
