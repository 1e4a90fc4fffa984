package dev.latchkey.tenancy.endpoint;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.grpc.stub.StreamObserver;
import java.util.List;

/**
 * Makes answers: every one has the resource, or the resources, in its first field, and a list has
 * {@code next_page_token} beside them.
 */
final class Answers {
  private static final int RESOURCE = 1;

  private Answers() {}

  static <A extends Message> A one(A prototype, Message resource) {
    Message.Builder answer = prototype.newBuilderForType();
    return built(prototype, answer.setField(resourceField(answer), resource));
  }

  static <A extends Message> A many(A prototype, List<? extends Message> resources, String token) {
    Message.Builder answer = prototype.newBuilderForType();
    FieldDescriptor field = resourceField(answer);
    resources.forEach(resource -> answer.addRepeatedField(field, resource));
    answer.setField(answer.getDescriptorForType().findFieldByName("next_page_token"), token);
    return built(prototype, answer);
  }

  @SuppressWarnings("unchecked") // A message's parser makes messages of its own type.
  static <A extends Message> Parser<A> parser(A prototype) {
    return (Parser<A>) prototype.getParserForType();
  }

  static <A> void send(A answer, StreamObserver<A> out) {
    out.onNext(answer);
    out.onCompleted();
  }

  private static FieldDescriptor resourceField(Message.Builder answer) {
    return answer.getDescriptorForType().findFieldByNumber(RESOURCE);
  }

  @SuppressWarnings("unchecked") // A message's builder makes messages of its own type.
  private static <A extends Message> A built(A prototype, Message.Builder answer) {
    return (A) prototype.getClass().cast(answer.build());
  }
}
