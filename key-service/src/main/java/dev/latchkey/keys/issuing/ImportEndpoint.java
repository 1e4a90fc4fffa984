package dev.latchkey.keys.issuing;

import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.runtime.ManagementEndpoint;
import dev.latchkey.kit.validation.Fields;
import dev.latchkey.proto.keys.v1.ImportError;
import dev.latchkey.proto.keys.v1.ImportFieldViolation;
import dev.latchkey.proto.keys.v1.ImportKeysRequest;
import dev.latchkey.proto.keys.v1.ImportKeysResponse;
import dev.latchkey.proto.keys.v1.ImportResult;
import dev.latchkey.proto.keys.v1.ImportServiceGrpc;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import jakarta.inject.Singleton;

/**
 * Serves ImportService. One batch of a call is worked on at a time, and the next is read only once
 * the client has taken what was answered: neither side makes the other hold more than that.
 */
@Singleton
final class ImportEndpoint extends ImportServiceGrpc.ImportServiceImplBase
    implements ManagementEndpoint {
  private static final int LARGEST_BATCH = 1_000;

  private final KeyImport imports;

  ImportEndpoint(KeyImport imports) {
    this.imports = imports;
  }

  @Override
  public StreamObserver<ImportKeysRequest> importKeys(StreamObserver<ImportKeysResponse> observer) {
    ServerCallStreamObserver<ImportKeysResponse> out =
        (ServerCallStreamObserver<ImportKeysResponse>) observer;
    Batches batches = new Batches(out, imports.importer(Caller.current()));
    out.disableAutoRequest();
    out.setOnReadyHandler(batches::askForMore);
    // A client that has gone needs no answer; what was stored stays.
    out.setOnCancelHandler(() -> {});
    return batches;
  }

  /** The batches of one call. Its methods run one after the other. */
  private final class Batches implements StreamObserver<ImportKeysRequest> {
    private final ServerCallStreamObserver<ImportKeysResponse> out;
    private final KeyImport.Importer importer;
    private boolean asked;

    Batches(ServerCallStreamObserver<ImportKeysResponse> out, KeyImport.Importer importer) {
      this.out = out;
      this.importer = importer;
    }

    void askForMore() {
      if (!asked && out.isReady()) {
        asked = true;
        out.request(1);
      }
    }

    @Override
    public void onNext(ImportKeysRequest request) {
      Fields in = new Fields();
      int size = request.getKeysCount();
      if (size < 1 || size > LARGEST_BATCH) {
        in.refuse("keys", size + " keys", "1 to " + LARGEST_BATCH);
      }
      in.check();
      ImportKeysResponse.Builder response = ImportKeysResponse.newBuilder();
      imports
          .store(importer, request.getKeysList())
          .forEach(outcome -> response.addResults(result(outcome)));
      out.onNext(response.build());
      asked = false;
      askForMore();
    }

    @Override
    public void onError(Throwable gone) {
      // The client has given up; there is nobody to answer.
    }

    @Override
    public void onCompleted() {
      out.onCompleted();
    }
  }

  private static ImportResult result(ImportOutcome outcome) {
    return switch (outcome) {
      case ImportOutcome.Imported imported ->
          ImportResult.newBuilder()
              .setKeyId(imported.keyId().toString())
              .setAlreadyImported(imported.already())
              .build();
      case ImportOutcome.Refused refused ->
          ImportResult.newBuilder().setError(error(refused.refusal())).build();
    };
  }

  private static ImportError error(ApiException refusal) {
    ImportError.Builder error =
        ImportError.newBuilder().setReason(refusal.reason()).setMessage(refusal.explanation());
    refusal
        .violations()
        .forEach(
            violation ->
                error.addFieldViolations(
                    ImportFieldViolation.newBuilder()
                        .setField(violation.field())
                        .setDescription(violation.problem())));
    return error.build();
  }
}
