package dev.latchkey.keys.authenticate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.validation.Fields;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateStreamRequest;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Requests are read from their bytes as protobuf's parser reads them, whatever the bytes. */
final class AskReaderTest {
  private static final int ROUNDS = 200_000;

  private static final int CREDENTIAL = AuthenticateRequest.CREDENTIAL_FIELD_NUMBER;
  private static final int CLIENT_ADDRESS = AuthenticateRequest.CLIENT_ADDRESS_FIELD_NUMBER;
  private static final int RESOURCE = AuthenticateRequest.RESOURCE_FIELD_NUMBER;
  private static final int LIMIT = AuthenticateRequest.LIMIT_FIELD_NUMBER;
  private static final int COST = AuthenticateRequest.COST_FIELD_NUMBER;
  private static final int FRESHNESS = AuthenticateRequest.INCLUDE_FRESHNESS_FIELD_NUMBER;

  private static final String KEY = "lk_live_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLM";

  /** Texts that some field takes, and texts that come near. */
  private static final List<String> TEXTS =
      List.of(
          KEY,
          "documents:read",
          "192.0.2.7",
          "2001:db8::7",
          "folder:/a/b",
          "exports",
          "",
          "documents:r\u00e9ad",
          "  ",
          "line\nbreak",
          "192.0.2.",
          "folder:/a//b",
          "Exports",
          "x".repeat(100),
          "x".repeat(101),
          "x".repeat(200));

  private final Random random = new Random(1);
  private final AskReader reader = new AskReader();

  @Test
  void requestsAsClientsSendThem_areReadWhereTheyLie() {
    AuthenticateRequest request =
        AuthenticateRequest.newBuilder()
            .setCredential(KEY)
            .setClientAddress("2001:db8::7")
            .addRequiredScopes("documents:read")
            .addAnyScopes("documents:write")
            .setResource("folder:/a/b")
            .setLimit("exports")
            .setCost(1_000_000)
            .setIncludeFreshness(true)
            .build();

    assertThat(reader.readPlain(request.toByteArray(), 0, request.getSerializedSize())).isTrue();
    assertThat(reader.kept()).isEqualTo(byProtobuf(request).kept());
    assertThat(reader.credential().reveal()).isEqualTo(KEY);
  }

  /** One reader for all: none leaves anything to the next. */
  @Test
  void fieldsOfAnyKindInAnyOrder_areReadAsByProtobuf() {
    int plain = 0;
    int refused = 0;
    int malformed = 0;
    for (int i = 0; i < ROUNDS; i++) {
      byte[] bytes = fields();
      if (bytes.length > 0 && random.nextInt(8) == 0) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      String expected = expected(bytes);

      assertThat(read(bytes)).isEqualTo(expected);
      plain += reader.readPlain(bytes, 0, bytes.length) ? 1 : 0;
      refused += expected.startsWith("refused") ? 1 : 0;
      malformed += expected.startsWith("malformed") ? 1 : 0;
    }
    assertThat(plain).as("read where they lie").isBetween(ROUNDS / 4, ROUNDS * 3 / 4);
    assertThat(refused).as("refused").isGreaterThan(ROUNDS / 8);
    assertThat(malformed).as("malformed").isGreaterThan(ROUNDS / 100);
  }

  @Test
  void bytesThatAreNoMessage_areReadAsByProtobuf() {
    for (int i = 0; i < ROUNDS; i++) {
      byte[] bytes = new byte[random.nextInt(12)];
      random.nextBytes(bytes);

      assertThat(read(bytes)).isEqualTo(expected(bytes));
    }
  }

  @Test
  void fiftyScopes_areReadWhereTheyLie_andOneMore_isRefused() throws Exception {
    AuthenticateRequest.Builder request = AuthenticateRequest.newBuilder();
    for (int i = 0; i < 50; i++) {
      request.addRequiredScopes("documents:" + i);
    }
    byte[] fifty = request.build().toByteArray();
    assertThat(reader.readPlain(fifty, 0, fifty.length)).isTrue();

    byte[] more = request.addRequiredScopes("documents:50").build().toByteArray();
    assertThat(read(more)).isEqualTo(expected(more)).startsWith("refused");
  }

  private byte[] fields() {
    ByteString bytes = ByteString.EMPTY;
    for (int more = random.nextInt(6); more > 0; more--) {
      bytes = bytes.concat(field().toByteString());
    }
    return bytes.toByteArray();
  }

  /** Mostly with a value that it takes. */
  private UnknownFieldSet field() {
    int number = 1 + random.nextInt(random.nextInt(8) == 0 ? 20 : FRESHNESS);
    boolean isUsual = random.nextInt(4) > 0;
    UnknownFieldSet.Field.Builder value = UnknownFieldSet.Field.newBuilder();
    if (isUsual ? number == COST || number == FRESHNESS : random.nextInt(4) == 0) {
      value.addVarint(isUsual ? random.nextInt(2) : random.nextLong() >> random.nextInt(64));
    } else {
      String text = isUsual ? usual(number) : TEXTS.get(random.nextInt(TEXTS.size()));
      value.addLengthDelimited(ByteString.copyFromUtf8(text));
    }
    return UnknownFieldSet.newBuilder().addField(number, value.build()).build();
  }

  private String usual(int number) {
    return switch (number) {
      case CREDENTIAL -> random.nextBoolean() ? KEY : TEXTS.get(random.nextInt(TEXTS.size()));
      case CLIENT_ADDRESS -> "192.0.2." + random.nextInt(256);
      case RESOURCE -> "folder:/" + random.nextInt(100);
      case LIMIT -> "exports-" + random.nextInt(100);
      default -> "documents:" + random.nextInt(100);
    };
  }

  /** In the middle of other bytes, as on a stream. */
  private String read(byte[] bytes) {
    byte[] among = new byte[bytes.length + 3];
    random.nextBytes(among);
    System.arraycopy(bytes, 0, among, 1, bytes.length);
    try {
      reader.read(among, 1, bytes.length + 1);
      return describe(reader);
    } catch (InvalidProtocolBufferException e) {
      return "malformed";
    } catch (ApiException e) {
      return "refused: " + e.getMessage();
    }
  }

  private static String expected(byte[] bytes) {
    try {
      return describe(byProtobuf(AuthenticateRequest.parseFrom(bytes)));
    } catch (InvalidProtocolBufferException e) {
      return "malformed";
    } catch (ApiException e) {
      return "refused: " + e.getMessage();
    }
  }

  private static AskReader byProtobuf(AuthenticateRequest request) {
    AskReader reader = new AskReader();
    Fields in = new Fields();
    reader.read(request, "", in);
    in.check();
    return reader;
  }

  private static String describe(AskReader reader) {
    return "%s of '%s', none: %s"
        .formatted(reader.kept(), reader.credential().reveal(), reader.isWithoutCredential());
  }

  @Test
  void requestsOfAStream_areReadAsByProtobuf() {
    for (int i = 0; i < ROUNDS; i++) {
      byte[] message = streamRequest();
      if (random.nextInt(8) == 0) {
        message[random.nextInt(message.length)] = (byte) random.nextInt();
      }

      assertThat(streamAsk(message)).isEqualTo(streamMessage(message));
    }
  }

  /** Sometimes in two parts, which protobuf puts together. */
  private byte[] streamRequest() {
    UnknownFieldSet.Builder request = UnknownFieldSet.newBuilder();
    for (int more = random.nextInt(3); more >= 0; more--) {
      request.mergeField(
          AuthenticateStreamRequest.REQUEST_FIELD_NUMBER,
          UnknownFieldSet.Field.newBuilder()
              .addLengthDelimited(ByteString.copyFrom(fields()))
              .build());
    }
    return AuthenticateStreamRequest.newBuilder()
        .setId(random.nextLong() >>> random.nextInt(64))
        .setRequestId(TEXTS.get(random.nextInt(TEXTS.size())))
        .setUnknownFields(request.build())
        .build()
        .toByteArray();
  }

  private static @Nullable AuthenticateStreamRequest streamMessage(byte[] bytes) {
    try {
      AuthenticateStreamRequest message = AuthenticateStreamRequest.parseFrom(bytes);
      return streamRequest(message.getId(), message.getRequestId(), message.getRequest());
    } catch (InvalidProtocolBufferException e) {
      return null;
    }
  }

  private static @Nullable AuthenticateStreamRequest streamAsk(byte[] bytes) {
    try {
      StreamAsk ask = StreamAsk.of(bytes);
      AuthenticateRequest request =
          AuthenticateRequest.parser().parseFrom(ask.bytes(), ask.from(), ask.to() - ask.from());
      return streamRequest(ask.id(), ask.requestId(), request);
    } catch (InvalidProtocolBufferException e) {
      return null;
    }
  }

  private static AuthenticateStreamRequest streamRequest(
      long id, String requestId, AuthenticateRequest request) {
    return AuthenticateStreamRequest.newBuilder()
        .setId(id)
        .setRequestId(requestId)
        .setRequest(request)
        .build();
  }
}
