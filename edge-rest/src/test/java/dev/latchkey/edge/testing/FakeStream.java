package dev.latchkey.edge.testing;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import dev.latchkey.proto.errors.v1.ErrorReason;
import dev.latchkey.proto.keys.v1.AuthenticateError;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.AuthenticateStreamRequest;
import dev.latchkey.proto.keys.v1.AuthenticateStreamResponse;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.util.Objects;
import java.util.function.BiConsumer;

/**
 * One AuthenticateStream of a {@link FakeKeyService}. What a call would fail with ends a question
 * as an error of its own, or all of the stream where it is about the caller.
 */
final class FakeStream {
  private final StreamObserver<AuthenticateStreamResponse> out;
  private boolean ended;

  FakeStream(StreamObserver<AuthenticateStreamResponse> out) {
    this.out = out;
  }

  /** What takes the questions, and has each answered by an observer like that of a call. */
  StreamObserver<AuthenticateStreamRequest> questions(
      BiConsumer<AuthenticateStreamRequest, StreamObserver<AuthenticateResponse>> onQuestion) {
    return new StreamObserver<>() {
      @Override
      public void onNext(AuthenticateStreamRequest question) {
        onQuestion.accept(question, new Answering(question.getId()));
      }

      @Override
      public void onError(Throwable thrown) {
        end(Status.CANCELLED);
      }

      @Override
      public void onCompleted() {
        complete();
      }
    };
  }

  /** Ends it with an error, once. */
  synchronized void end(Status status) {
    if (!ended) {
      ended = true;
      out.onError(status.asRuntimeException());
    }
  }

  private synchronized void complete() {
    if (!ended) {
      ended = true;
      out.onCompleted();
    }
  }

  private synchronized void send(AuthenticateStreamResponse answer) {
    if (!ended) {
      out.onNext(answer);
    }
  }

  private final class Answering implements StreamObserver<AuthenticateResponse> {
    private final long id;

    Answering(long id) {
      this.id = id;
    }

    @Override
    public void onNext(AuthenticateResponse response) {
      send(AuthenticateStreamResponse.newBuilder().setId(id).setResponse(response).build());
    }

    @Override
    public void onCompleted() {
      // The answer was the end.
    }

    @Override
    public void onError(Throwable thrown) {
      Status status = Status.fromThrowable(thrown);
      switch (status.getCode()) {
        case UNAVAILABLE -> fail(error(ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE));
        case INTERNAL -> fail(error(ErrorReason.ERROR_REASON_INTERNAL));
        case INVALID_ARGUMENT -> fail(invalid(thrown));
        default -> end(status);
      }
    }

    private void fail(AuthenticateError.Builder error) {
      send(AuthenticateStreamResponse.newBuilder().setId(id).setError(error).build());
    }

    private static AuthenticateError.Builder error(ErrorReason reason) {
      return AuthenticateError.newBuilder().setReason(reason).setMessage("as told by the test");
    }

    private static AuthenticateError.Builder invalid(Throwable thrown) {
      AuthenticateError.Builder error = error(ErrorReason.ERROR_REASON_INVALID_REQUEST);
      for (Any detail :
          Objects.requireNonNull(StatusProto.fromThrowable(thrown)).getDetailsList()) {
        if (detail.is(BadRequest.class)) {
          violations(detail)
              .getFieldViolationsList()
              .forEach(
                  violation ->
                      error
                          .addFieldViolationsBuilder()
                          .setField(violation.getField())
                          .setDescription(violation.getDescription()));
        }
      }
      return error;
    }

    private static BadRequest violations(Any detail) {
      try {
        return detail.unpack(BadRequest.class);
      } catch (InvalidProtocolBufferException e) {
        throw new IllegalArgumentException(e);
      }
    }
  }
}
