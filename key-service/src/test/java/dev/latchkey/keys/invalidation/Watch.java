package dev.latchkey.keys.invalidation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.kit.grpc.ServiceCredential;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.keys.v1.InvalidationServiceGrpc;
import dev.latchkey.proto.keys.v1.WatchInvalidationsRequest;
import dev.latchkey.proto.keys.v1.WatchInvalidationsResponse;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** A stream of invalidations, read by the test itself. */
record Watch(BlockingClientCall<?, WatchInvalidationsResponse> call) implements AutoCloseable {
  static Watch of(RunningKeyService node, Secret key, String position) {
    return new Watch(
        InvalidationServiceGrpc.newBlockingV2Stub(node.channel())
            .withCallCredentials(ServiceCredential.of(key))
            .watchInvalidations(
                WatchInvalidationsRequest.newBuilder().setPosition(position).build()));
  }

  static Watch of(RunningKeyService node, String position) {
    return of(node, node.platformKey("edge"), position);
  }

  WatchInvalidationsResponse next() {
    try {
      WatchInvalidationsResponse message = call.read(3, TimeUnit.SECONDS);
      assertThat(message).as("the stream goes on").isNotNull();
      return message;
    } catch (StatusException e) {
      throw e.getStatus().asRuntimeException();
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  WatchInvalidationsResponse until(Predicate<WatchInvalidationsResponse> wanted) {
    long end = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    List<WatchInvalidationsResponse> others = new ArrayList<>();
    WatchInvalidationsResponse message = next();
    while (!wanted.test(message)) {
      others.add(message);
      assertThat(System.nanoTime() - end).as("in time, after %s", others).isNegative();
      message = next();
    }
    return message;
  }

  /** Whether anything comes within two seconds. */
  boolean speaks() {
    try {
      return call.read(2, TimeUnit.SECONDS) != null;
    } catch (StatusException | TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  Status end() {
    try {
      while (call.read(10, TimeUnit.SECONDS) != null) {
        // On to the end.
      }
      return Status.OK;
    } catch (StatusException e) {
      return e.getStatus();
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    call.cancel("done", null);
  }
}
