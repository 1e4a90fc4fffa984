package dev.latchkey.edge.management;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.latchkey.edge.json.MessageWriter;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import java.util.regex.Pattern;

/** Turns the answer of a call into the answer of its route. */
final class Answers {
  /** RFC 9110, section 8.8.3: what may stand between the quotes of an entity tag. */
  private static final Pattern TAG = Pattern.compile("[!#-~]+");

  private Answers() {}

  static MutableHttpResponse<?> of(Operation operation, Message answer) {
    MutableHttpResponse<String> response =
        HttpResponse.<String>status(operation.creates() ? HttpStatus.CREATED : HttpStatus.OK)
            .body(MessageWriter.write(answer));
    operation
        .resource()
        .filter(answer::hasField)
        .map(field -> (Message) answer.getField(field))
        .ifPresent(resource -> describe(operation, resource, response));
    return response;
  }

  private static void describe(
      Operation operation, Message resource, MutableHttpResponse<String> response) {
    String etag = text(resource, Operation.ETAG);
    if (TAG.matcher(etag).matches()) {
      response.header(HttpHeaders.ETAG, "\"" + etag + "\"");
    }
    if (operation.creates()) {
      response.header(HttpHeaders.LOCATION, operation.template() + "/" + text(resource, "id"));
    }
  }

  private static String text(Message resource, String name) {
    FieldDescriptor field = resource.getDescriptorForType().findFieldByName(name);
    return (String) resource.getField(field);
  }
}
