package dev.latchkey.keys.support;

import dev.latchkey.kit.grpc.ServiceCredential;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.keys.v1.ImportKeysRequest;
import dev.latchkey.proto.keys.v1.ImportKeysResponse;
import dev.latchkey.proto.keys.v1.ImportResult;
import dev.latchkey.proto.keys.v1.ImportServiceGrpc;
import dev.latchkey.proto.keys.v1.ImportedKey;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.util.ArrayList;
import java.util.List;

/** One call of ImportKeys: a batch out, its answer in. */
public final class ImportClient implements AutoCloseable {
  private final BlockingClientCall<ImportKeysRequest, ImportKeysResponse> call;

  public ImportClient(RunningKeyService service, Secret key) {
    call =
        ImportServiceGrpc.newBlockingV2Stub(service.channel())
            .withCallCredentials(ServiceCredential.of(key))
            .importKeys();
  }

  /** With the operator's key. */
  public static List<ImportResult> once(RunningKeyService service, ImportedKey... keys) {
    return once(service, service.platformKey("operator"), keys);
  }

  public static List<ImportResult> once(
      RunningKeyService service, Secret key, ImportedKey... keys) {
    try (ImportClient client = new ImportClient(service, key)) {
      return client.send(List.of(keys));
    }
  }

  /** Sends a batch and waits for its answer. */
  public List<ImportResult> send(List<ImportedKey> batch) {
    try {
      boolean sent = call.write(ImportKeysRequest.newBuilder().addAllKeys(batch).build());
      ImportKeysResponse response = call.read();
      if (!sent || response == null) {
        throw new AssertionError("the call has ended");
      }
      return new ArrayList<>(response.getResultsList());
    } catch (StatusException refused) {
      throw refused.getStatus().asRuntimeException(refused.getTrailers());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    call.cancel("done", null);
  }
}
