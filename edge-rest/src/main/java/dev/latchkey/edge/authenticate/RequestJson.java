package dev.latchkey.edge.authenticate;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.latchkey.kit.errors.FieldViolation;
import dev.latchkey.kit.validation.Fields;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Reads the JSON of an {@link AuthenticateRequest}: members named as in the .proto, no others, each
 * at most once. Strict where {@link JsonFormat}'s own reader is lenient (comments, single quotes,
 * repeated members, numbers as strings), because two readers that disagree about a body are a way
 * around whichever checks it first. No message quotes a value: it may be a key.
 */
final class RequestJson {
  private static final String BODY = "body";
  private static final int DEEPEST = 8;
  private static final Descriptor REQUEST = AuthenticateRequest.getDescriptor();

  private static final JsonFactory STRICT =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxNameLength(200)
                  .maxNumberLength(100)
                  .build())
          .build();

  private RequestJson() {}

  /** Reads a body; says everything that is wrong with its members. */
  static RequestReading read(byte[] body) {
    List<FieldViolation> violations = new ArrayList<>();
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
      check(text, violations);
      if (violations.isEmpty()) {
        AuthenticateRequest.Builder request = AuthenticateRequest.newBuilder();
        JsonFormat.parser().merge(text, request);
        return new RequestReading.Read(request.build());
      }
    } catch (CharacterCodingException e) {
      violations.add(new FieldViolation(BODY, "not UTF-8 (expected: JSON in UTF-8)"));
    } catch (InvalidProtocolBufferException e) {
      violations.add(new FieldViolation(BODY, "not an AuthenticateRequest"));
    } catch (IOException e) {
      violations.add(
          new FieldViolation(
              BODY,
              "not well-formed JSON (expected: one object, each member once, at most %d levels deep)"
                  .formatted(DEEPEST)));
    }
    return new RequestReading.Refused(violations);
  }

  private static void check(String text, List<FieldViolation> violations) throws IOException {
    try (JsonParser parser = STRICT.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        violations.add(new FieldViolation(BODY, "no object (expected: a JSON object)"));
        parser.skipChildren();
      } else {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          parser.nextToken();
          checkMember(name, parser, violations);
        }
      }
      if (parser.nextToken() != null) {
        violations.add(new FieldViolation(BODY, "more after the end (expected: one JSON object)"));
      }
    }
  }

  private static void checkMember(String name, JsonParser parser, List<FieldViolation> violations)
      throws IOException {
    FieldDescriptor field = REQUEST.findFieldByName(name);
    if (field == null) {
      violations.add(
          new FieldViolation(shown(name), "unknown (expected: %s)".formatted(knownNames())));
      parser.skipChildren();
    } else if (!field.isRepeated()) {
      checkValue(name, field, parser, violations);
    } else if (parser.currentToken() != JsonToken.START_ARRAY) {
      violations.add(new FieldViolation(name, "no array (expected: an array)"));
      parser.skipChildren();
    } else {
      for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
        checkValue("%s[%d]".formatted(name, i), field, parser, violations);
      }
    }
  }

  private static void checkValue(
      String path, FieldDescriptor field, JsonParser parser, List<FieldViolation> violations)
      throws IOException {
    boolean text = field.getType() == FieldDescriptor.Type.STRING;
    if (text && parser.currentToken() != JsonToken.VALUE_STRING) {
      violations.add(new FieldViolation(path, "no string (expected: a string)"));
    } else if (text && !isUnicode(parser.getText())) {
      violations.add(new FieldViolation(path, "half a surrogate pair (expected: Unicode)"));
    }
    parser.skipChildren();
  }

  /** Half a pair would reach key-service as another text: as "?". */
  private static boolean isUnicode(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  /** The member's name without anything that could be more than a name. */
  private static String shown(String name) {
    return Fields.echo(name).replaceAll("^\"|\"$", "");
  }

  private static String knownNames() {
    return REQUEST.getFields().stream()
        .map(FieldDescriptor::getName)
        .collect(Collectors.joining(", "));
  }
}
