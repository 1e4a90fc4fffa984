package dev.latchkey.edge.management;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.latchkey.edge.answer.Answer;
import dev.latchkey.edge.json.MessageWriter;
import io.micronaut.http.HttpHeaders;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Turns the answer of a call into the answer of its route. */
final class Answers {
  /** RFC 9110, section 8.8.3: what may stand between the quotes of an entity tag. */
  private static final Pattern TAG = Pattern.compile("[!#-~]+");

  private Answers() {}

  static Answer of(Operation operation, Message answer) {
    return Answer.json(operation.creates() ? 201 : 200, MessageWriter.write(answer))
        .with(
            operation
                .resource()
                .filter(answer::hasField)
                .map(field -> description(operation, (Message) answer.getField(field)))
                .orElse(Map.of()));
  }

  /** What the header fields say of the resource that is answered with. */
  private static Map<String, String> description(Operation operation, Message resource) {
    Map<String, String> fields = new LinkedHashMap<>();
    String etag = text(resource, Operation.ETAG);
    if (TAG.matcher(etag).matches()) {
      fields.put(HttpHeaders.ETAG, "\"" + etag + "\"");
    }
    if (operation.creates()) {
      fields.put(HttpHeaders.LOCATION, operation.template() + "/" + text(resource, "id"));
    }
    return fields;
  }

  private static String text(Message resource, String name) {
    FieldDescriptor field = resource.getDescriptorForType().findFieldByName(name);
    return (String) resource.getField(field);
  }
}
