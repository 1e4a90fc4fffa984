package dev.latchkey.keys.audit;

import dev.latchkey.keys.tenancy.TenancyModel;
import dev.latchkey.kit.audit.AuditLists;
import dev.latchkey.kit.runtime.ManagementEndpoint;
import dev.latchkey.proto.keys.v1.AuditServiceGrpc;
import dev.latchkey.proto.keys.v1.ListAuditEventsRequest;
import dev.latchkey.proto.keys.v1.ListAuditEventsResponse;
import io.grpc.stub.StreamObserver;
import jakarta.inject.Singleton;

/** Serves AuditService. */
@Singleton
final class AuditEndpoint extends AuditServiceGrpc.AuditServiceImplBase
    implements ManagementEndpoint {
  private final AuditLists lists;
  private final TenancyModel tenancy;

  AuditEndpoint(AuditLists lists, TenancyModel tenancy) {
    this.lists = lists;
    this.tenancy = tenancy;
  }

  @Override
  public void listAuditEvents(
      ListAuditEventsRequest request, StreamObserver<ListAuditEventsResponse> observer) {
    AuditLists.Listed listed = lists.list(request, node -> tenancy.require(node).ids());
    observer.onNext(
        ListAuditEventsResponse.newBuilder()
            .addAllEvents(listed.events())
            .setNextPageToken(listed.nextPageToken())
            .build());
    observer.onCompleted();
  }
}
