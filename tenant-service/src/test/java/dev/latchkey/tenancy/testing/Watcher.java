package dev.latchkey.tenancy.testing;

import dev.latchkey.proto.tenancy.v1.TenancyResource;
import dev.latchkey.proto.tenancy.v1.WatchRequest;
import dev.latchkey.proto.tenancy.v1.WatchResponse;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client that watches, and takes messages only as the test asks for them if told so. */
public final class Watcher
    implements ClientResponseObserver<WatchRequest, WatchResponse>, AutoCloseable {
  private static final long LIMIT_SECONDS = 10;

  private final BlockingQueue<WatchResponse> received = new LinkedBlockingQueue<>();
  private final CompletableFuture<@Nullable Throwable> end = new CompletableFuture<>();
  private final boolean slow;
  private @Nullable ClientCallStreamObserver<WatchRequest> call;

  private Watcher(boolean slow) {
    this.slow = slow;
  }

  /** Watches from a revision on. */
  public static Watcher start(Api api, long from) {
    return start(api, from, new Watcher(false));
  }

  /** The same, but takes a message only when {@link #request} is called. */
  public static Watcher startSlow(Api api, long from) {
    return start(api, from, new Watcher(true));
  }

  private static Watcher start(Api api, long from, Watcher watcher) {
    api.watching().watch(WatchRequest.newBuilder().setFromRevision(from).build(), watcher);
    return watcher;
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<WatchRequest> stream) {
    call = stream;
    if (slow) {
      stream.disableAutoRequestWithInitial(1);
    }
  }

  @Override
  public void onNext(WatchResponse event) {
    received.add(event);
  }

  @Override
  public void onError(Throwable error) {
    end.complete(error);
  }

  @Override
  public void onCompleted() {
    end.complete(null);
  }

  /** Lets more messages come. */
  public void request(int count) {
    Objects.requireNonNull(call).request(count);
  }

  /** How many messages have come and were not looked at. */
  public int waiting() {
    return received.size();
  }

  /** The next message. */
  public WatchResponse next() throws InterruptedException {
    WatchResponse event = received.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
    if (event == null) {
      throw new AssertionError("no message came");
    }
    return event;
  }

  /** The next change, with progress marks left out. */
  public TenancyResource nextChange() throws InterruptedException {
    WatchResponse event = next();
    while (event.hasProgress()) {
      event = next();
    }
    return event.getChange().getResource();
  }

  /** The changes up to a revision. */
  public List<TenancyResource> changesUpTo(long revision) throws InterruptedException {
    List<TenancyResource> changes = new ArrayList<>();
    while (changes.isEmpty() || changes.getLast().getRevision() < revision) {
      changes.add(nextChange());
    }
    return changes;
  }

  /** What the stream ended with; null if it was completed. */
  public @Nullable Throwable end() throws Exception {
    return end.get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    Objects.requireNonNull(call).cancel("the test is over", null);
  }
}
