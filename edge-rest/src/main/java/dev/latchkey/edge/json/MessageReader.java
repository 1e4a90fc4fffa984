package dev.latchkey.edge.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import dev.latchkey.kit.errors.FieldViolation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Reads the JSON of one kind of message: members named as in the .proto, no others, each at most
 * once. Strict where {@link JsonFormat}'s own reader is lenient (comments, single quotes, repeated
 * members, numbers as strings), because two readers that disagree about a body are a way around
 * whichever checks it first. No message quotes a value: it may be a key. Safe for use by many
 * threads.
 *
 * @param <M> the message
 */
public final class MessageReader<M extends Message> {
  private static final String BODY = "body";
  private static final int DEEPEST = 8;

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

  private final M prototype;
  private final List<FieldDescriptor> members;
  private final boolean nulls;

  private MessageReader(M prototype, Collection<FieldDescriptor> members, boolean nulls) {
    this.prototype = prototype;
    this.members = List.copyOf(members);
    this.nulls = nulls;
  }

  /** A reader that takes every field of the message as a member. */
  public static <M extends Message> MessageReader<M> of(M prototype) {
    return new MessageReader<>(prototype, prototype.getDescriptorForType().getFields(), false);
  }

  /**
   * A reader that takes only some.
   *
   * @param members the fields that may stand in the body
   * @param nulls whether a member may be null, which is the same as an absent field
   */
  public static <M extends Message> MessageReader<M> of(
      M prototype, Collection<FieldDescriptor> members, boolean nulls) {
    return new MessageReader<>(prototype, members, nulls);
  }

  /** Reads a body; says everything that is wrong with its members. */
  public Reading<M> read(byte[] body) {
    Violations violations = new Violations();
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
      Set<String> present = check(text, violations);
      if (violations.isEmpty()) {
        return new Reading.Read<>(merged(text), present);
      }
    } catch (CharacterCodingException e) {
      violations.add(BODY, "not UTF-8 (expected: JSON in UTF-8)");
    } catch (InvalidProtocolBufferException e) {
      violations.add(BODY, "not a request of this call");
    } catch (IOException e) {
      violations.add(
          BODY,
          "not well-formed JSON (expected: one object, each member once, at most %d levels deep)"
              .formatted(DEEPEST));
    }
    List<FieldViolation> found = violations.list();
    return new Reading.Refused<>(found);
  }

  @SuppressWarnings("unchecked") // A builder of a message builds that message.
  private M merged(String text) throws InvalidProtocolBufferException {
    Message.Builder message = prototype.newBuilderForType();
    JsonFormat.parser().merge(text, message);
    return (M) message.build();
  }

  private Set<String> check(String text, Violations violations) throws IOException {
    try (JsonParser parser = STRICT.createParser(text)) {
      Set<String> present = Set.of();
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        violations.add(BODY, "no object (expected: a JSON object)");
        parser.skipChildren();
      } else {
        present = new ValueChecks(parser, violations).members("", members, nulls);
      }
      if (parser.nextToken() != null) {
        violations.add(BODY, "more after the end (expected: one JSON object)");
      }
      return present;
    }
  }
}
