package dev.latchkey.edge.http;

import io.micronaut.http.exceptions.ContentLengthExceededException;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** Gathers the pieces of one body, up to a bound; what comes beyond it is never kept. */
final class BoundedBytes implements Subscriber<byte[]> {
  private final CompletableFuture<byte[]> all = new CompletableFuture<>();
  private final ByteArrayOutputStream read = new ByteArrayOutputStream();
  private final int largest;
  private @Nullable Subscription subscription;

  BoundedBytes(int largest) {
    this.largest = largest;
  }

  /** Fails with {@link ContentLengthExceededException} where there is more than the bound. */
  CompletionStage<byte[]> all() {
    return all;
  }

  @Override
  public void onSubscribe(Subscription pieces) {
    subscription = pieces;
    pieces.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(byte[] piece) {
    long size = (long) read.size() + piece.length;
    if (size <= largest) {
      read.writeBytes(piece);
      return;
    }
    if (subscription != null) {
      subscription.cancel();
    }
    var _ = all.completeExceptionally(new ContentLengthExceededException(largest, size));
  }

  @Override
  public void onError(Throwable thrown) {
    var _ = all.completeExceptionally(thrown);
  }

  @Override
  public void onComplete() {
    var _ = all.complete(read.toByteArray());
  }
}
