package dev.latchkey.keys.leak;

import dev.latchkey.keys.hashing.KeyHasher;
import dev.latchkey.keys.tenancy.TenancyModel;
import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.audit.AuditActor;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.id.Uuid7;
import dev.latchkey.kit.runtime.ManagementEndpoint;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.kit.validation.Fields;
import dev.latchkey.proto.keys.v1.LeakServiceGrpc;
import dev.latchkey.proto.keys.v1.ReportLeakedKeyRequest;
import dev.latchkey.proto.keys.v1.ReportLeakedKeyResponse;
import dev.latchkey.proto.keys.v1.RevokeHeldKeyRequest;
import dev.latchkey.proto.keys.v1.RevokeHeldKeyResponse;
import io.grpc.stub.StreamObserver;
import jakarta.inject.Singleton;

/**
 * Serves LeakService. A report is stored and answered, and only then looked at: whether the text
 * was that of a key shows neither in the answer nor in the time it takes.
 */
@Singleton
final class LeakEndpoint extends LeakServiceGrpc.LeakServiceImplBase implements ManagementEndpoint {
  private static final int LONGEST_CREDENTIAL = 512;
  private static final int LONGEST_SOURCE = 1_000;
  private static final int LONGEST_NOTE = 500;

  private final Transactions transactions;
  private final LeakWorker worker;
  private final TenancyModel tenancy;
  private final Uuid7 ids;

  LeakEndpoint(Transactions transactions, LeakWorker worker, TenancyModel tenancy, Uuid7 ids) {
    this.transactions = transactions;
    this.worker = worker;
    this.tenancy = tenancy;
    this.ids = ids;
  }

  @Override
  public void reportLeakedKey(
      ReportLeakedKeyRequest request, StreamObserver<ReportLeakedKeyResponse> observer) {
    take(false, request.getCredential(), request.getSource(), request.getNote());
    observer.onNext(ReportLeakedKeyResponse.getDefaultInstance());
    observer.onCompleted();
    worker.wake();
  }

  @Override
  public void revokeHeldKey(
      RevokeHeldKeyRequest request, StreamObserver<RevokeHeldKeyResponse> observer) {
    take(true, request.getCredential(), "", request.getNote());
    observer.onNext(RevokeHeldKeyResponse.getDefaultInstance());
    observer.onCompleted();
    worker.wake();
  }

  private void take(boolean held, String credential, String source, String note) {
    Fields in = new Fields();
    in.text("credential", credential, LONGEST_CREDENTIAL);
    in.optionalText("source", source, LONGEST_SOURCE);
    in.optionalText("note", note, LONGEST_NOTE);
    in.check();
    requireRole(Caller.current());
    LeakReport report =
        new LeakReport(
            ids.next(),
            KeyHasher.hash(Secret.of(credential)),
            held,
            LeakTexts.without(credential, source),
            LeakTexts.without(credential, note),
            AuditActor.current());
    if (!transactions.write(connection -> LeakReports.add(connection, report))) {
      throw ApiException.overloaded();
    }
  }

  /** The call is about no node that may be named, so a member's role counts at its key's own. */
  private void requireRole(Caller caller) {
    if (caller.owner().isPresent() && caller.node().isPresent()) {
      caller.requireReach(tenancy.require(caller.node().get()).ids(), "node", caller.node().get());
    }
  }
}
