package dev.latchkey.kit.grpc;

import dev.latchkey.kit.secret.Secret;
import io.grpc.CallCredentials;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a service's own key with its calls: {@code authorization: Bearer …}, read from a file. The
 * file may appear after the service started; until then calls fail with {@code UNAVAILABLE}. Safe
 * for use by many threads.
 */
public final class ServiceCredential extends CallCredentials {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceCredential.class);
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final Path file;
  private volatile @Nullable Metadata headers;

  public ServiceCredential(Path file) {
    this.file = file;
  }

  /** A credential from a text at hand, for tools and tests. */
  public static CallCredentials of(Secret secret) {
    Metadata headers = headers(secret);
    return new CallCredentials() {
      @Override
      public void applyRequestMetadata(
          RequestInfo request, Executor executor, MetadataApplier applier) {
        applier.apply(headers);
      }
    };
  }

  @Override
  public void applyRequestMetadata(
      RequestInfo request, Executor executor, MetadataApplier applier) {
    Metadata known = headers;
    if (known != null) {
      applier.apply(known);
      return;
    }
    Secret secret = read();
    if (secret.isEmpty()) {
      LOG.info("waiting for the service key in {}", file);
      applier.fail(Status.UNAVAILABLE.withDescription("the service key is not there yet"));
      return;
    }
    Metadata read = headers(secret);
    headers = read;
    applier.apply(read);
  }

  /** Empty where there is no file yet, or one that is just being written. */
  private Secret read() {
    try {
      return Secret.of(Files.readString(file).strip());
    } catch (IOException e) {
      return Secret.of("");
    }
  }

  private static Metadata headers(Secret secret) {
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, "Bearer " + secret.reveal());
    return headers;
  }
}
