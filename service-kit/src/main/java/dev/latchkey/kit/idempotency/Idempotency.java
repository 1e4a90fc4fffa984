package dev.latchkey.kit.idempotency;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.database.Sql;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.proto.errors.v1.ErrorReason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes a write that carries a request id happen once: the first run's answer is stored in the
 * transaction of the change itself, and a repeat gets it back. A repeat that arrives while the
 * first run is under way waits for it.
 */
public final class Idempotency {
  /** How long an answer is remembered. */
  public static final Duration RETENTION = Duration.ofHours(24);

  private Idempotency() {}

  /**
   * The answer that a repeat gets, or empty for the first run, which then must call {@link
   * #remember} in the same transaction.
   *
   * @param requestId null: the caller does not ask for this, and every run is a first one
   * @param call the name of the call
   * @throws ApiException {@code REQUEST_ID_REUSED} if the id came with another request before
   */
  public static <T extends Message> Optional<T> earlierAnswer(
      Connection connection,
      @Nullable UUID requestId,
      String call,
      Message request,
      Parser<T> parser) {
    if (requestId == null) {
      return Optional.empty();
    }
    byte[] fingerprint = fingerprint(call, request);
    UUID caller = Caller.current().keyId();
    int claimed =
        Sql.update(
            connection,
            "INSERT INTO idempotent_request (caller_key_id, request_id, fingerprint)"
                + " VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            caller,
            requestId,
            fingerprint);
    if (claimed == 1) {
      return Optional.empty();
    }
    return Optional.of(stored(connection, caller, requestId, fingerprint, parser));
  }

  private static <T extends Message> T stored(
      Connection connection, UUID caller, UUID requestId, byte[] fingerprint, Parser<T> parser) {
    return Sql.first(
            connection,
            "SELECT fingerprint, response FROM idempotent_request"
                + " WHERE caller_key_id = ? AND request_id = ?",
            row -> {
              if (!Arrays.equals(row.getBytes("fingerprint"), fingerprint)) {
                throw ApiException.of(
                    ErrorReason.ERROR_REASON_REQUEST_ID_REUSED,
                    "request_id: used before with another request (expected: a new UUID for every"
                        + " new request)",
                    Map.of("request_id", requestId.toString()));
              }
              return parse(parser, row.getBytes("response"));
            },
            caller,
            requestId)
        .orElseThrow();
  }

  /** Stores the first run's answer, which must hold no secret. */
  public static void remember(Connection connection, @Nullable UUID requestId, Message response) {
    if (requestId != null) {
      Sql.update(
          connection,
          "UPDATE idempotent_request SET response = ? WHERE caller_key_id = ? AND request_id = ?",
          response.toByteArray(),
          Caller.current().keyId(),
          requestId);
    }
  }

  /** Forgets answers that are older than {@link #RETENTION}. */
  public static int forgetOld(Connection connection, Instant now) {
    return Sql.update(
        connection, "DELETE FROM idempotent_request WHERE create_time < ?", now.minus(RETENTION));
  }

  private static <T extends Message> T parse(Parser<T> parser, byte[] bytes) {
    try {
      return parser.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] fingerprint(String call, Message request) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      // Map entries in one order, so that the same request gives the same bytes.
      out.useDeterministicSerialization();
      request.writeTo(out);
      out.flush();
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(call.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      return digest.digest(bytes.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every Java platform", e);
    }
  }
}
