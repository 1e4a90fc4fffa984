package dev.latchkey.harness.bench;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** Makes a call and hears of its one answer; may make the next once it has. */
abstract class UnaryCall extends ClientCall.Listener<Answer> {
  /** One is asked for, and one more to notice that there is one. */
  private static final int ANSWERS = 2;

  private @Nullable Answer answer;
  private boolean another;

  /** Called once the call is over with the answer expected. */
  abstract void answered();

  /** Called once the call is over without. */
  abstract void failed(Throwable thrown);

  final void make(ClientCall<byte[], Answer> call, byte[] request) {
    answer = null;
    another = false;
    call.start(this, new Metadata());
    call.request(ANSWERS);
    call.sendMessage(request);
    call.halfClose();
  }

  @Override
  public final void onMessage(Answer message) {
    another = answer != null;
    answer = message;
  }

  @Override
  public final void onClose(Status status, Metadata trailers) {
    Answer received = answer;
    if (!status.isOk()) {
      failed(status.asRuntimeException(trailers));
    } else if (received == null || another) {
      failed(new IllegalStateException(another ? "more than one answer" : "no answer"));
    } else if (received.wrong() != null) {
      failed(new IllegalStateException(received.wrong()));
    } else {
      answered();
    }
  }
}
