package dev.latchkey.keys.authenticate;

import io.grpc.Context;
import io.grpc.Metadata;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Looks again at the callers of streams: a caller is checked when a stream is opened and while it
 * is used, by the same rules as the caller of a single Authenticate.
 */
@Singleton
final class StreamCallers {
  private static final Context.Key<Opened> OPENED = Context.key("opened-stream");

  private final AuthenticateAccess access;
  private final Executor threads = Executors.newVirtualThreadPerTaskExecutor();

  StreamCallers(AuthenticateAccess access) {
    this.access = access;
  }

  /** What a stream was opened with. */
  private record Opened(Metadata headers, @Nullable InetAddress client) {}

  /** The context of a stream, in which {@link #watch} finds what it was opened with. */
  static Context context(Metadata headers, @Nullable InetAddress client) {
    return Context.current().withValue(OPENED, new Opened(headers, client));
  }

  /** The caller of the stream that is being opened. */
  Watch watch() {
    return new Watch(Objects.requireNonNull(OPENED.get()));
  }

  /** The caller of one stream. */
  final class Watch {
    private final Opened opened;

    private Watch(Opened opened) {
      this.opened = opened;
    }

    /** Whether it is known at once that the caller may call. Does not wait. */
    boolean isGood() {
      return access.mayPassAtOnce(opened.headers(), opened.client());
    }

    /** Finds it out; fails with the refusal if the caller may not. Does not wait. */
    CompletableFuture<Void> check() {
      return CompletableFuture.runAsync(
          () -> access.require(opened.headers(), opened.client()), threads);
    }
  }
}
