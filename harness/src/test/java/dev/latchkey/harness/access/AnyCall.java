package dev.latchkey.harness.access;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.ErrorInfo;
import dev.latchkey.kit.errors.Errors;
import dev.latchkey.proto.keys.v1.ImportKeysResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Makes one call of any kind with one request, and tells what came of it. */
final class AnyCall {
  /** What a call that was let through gives, whatever it then answers. */
  static final String LET_THROUGH = "let through";

  private static final long LIMIT_SECONDS = 20;
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private AnyCall() {}

  /** An empty request of a call. */
  @SuppressWarnings("unchecked") // All our messages are messages.
  static Message.Builder request(MethodDescriptor<?, ?> method) {
    Message prototype =
        ((PrototypeMarshaller<Message>) method.getRequestMarshaller()).getMessagePrototype();
    if (prototype == null) {
      throw new IllegalStateException("not a marshaller of generated messages");
    }
    return prototype.newBuilderForType();
  }

  /**
   * Makes the call.
   *
   * @param key the text of the caller's key; empty for none
   * @return {@link #LET_THROUGH}, or the reason of the refusal
   */
  static String outcome(
      Channel channel, MethodDescriptor<?, ?> method, Message request, String key) {
    CompletableFuture<String> outcome = new CompletableFuture<>();
    @SuppressWarnings("unchecked")
    ClientCall<Message, Message> call =
        channel.newCall(
            (MethodDescriptor<Message, Message>) method,
            CallOptions.DEFAULT
                .withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS)
                .withWaitForReady());
    Metadata headers = new Metadata();
    if (!key.isEmpty()) {
      headers.put(AUTHORIZATION, "Bearer " + key);
    }
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onMessage(Message message) {
            outcome.complete(reason(message));
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            outcome.complete(status.isOk() ? LET_THROUGH : reason(status, trailers));
          }
        },
        headers);
    call.request(1);
    call.sendMessage(request);
    call.halfClose();
    String result = outcome.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
    call.cancel("seen enough", null);
    return result;
  }

  /** Items of an import are refused each on its own, in the answer. */
  private static String reason(Message message) {
    return message instanceof ImportKeysResponse imported && imported.getResults(0).hasError()
        ? Errors.wireName(imported.getResults(0).getError().getReason())
        : LET_THROUGH;
  }

  private static String reason(Status status, Metadata trailers) {
    com.google.rpc.Status details = StatusProto.fromStatusAndTrailers(status, trailers);
    for (Any detail : details.getDetailsList()) {
      if (detail.is(ErrorInfo.class)) {
        try {
          return detail.unpack(ErrorInfo.class).getReason();
        } catch (InvalidProtocolBufferException e) {
          throw new IllegalStateException(e);
        }
      }
    }
    return status.toString();
  }
}
