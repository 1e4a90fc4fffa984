package dev.latchkey.tenancy.endpoint;

import dev.latchkey.kit.audit.AuditLists;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.runtime.ManagementEndpoint;
import dev.latchkey.proto.tenancy.v1.AuditServiceGrpc;
import dev.latchkey.proto.tenancy.v1.ListAuditEventsRequest;
import dev.latchkey.proto.tenancy.v1.ListAuditEventsResponse;
import dev.latchkey.tenancy.node.Lineage;
import dev.latchkey.tenancy.node.NodeStore;
import io.grpc.stub.StreamObserver;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;

/** Tells what was changed in this service; the events are written by {@link Writes}. */
@Singleton
final class AuditEndpoint extends AuditServiceGrpc.AuditServiceImplBase
    implements ManagementEndpoint {
  private final AuditLists lists;
  private final Transactions transactions;
  private final NodeStore nodes;

  AuditEndpoint(AuditLists lists, Transactions transactions, NodeStore nodes) {
    this.lists = lists;
    this.transactions = transactions;
    this.nodes = nodes;
  }

  @Override
  public void listAuditEvents(
      ListAuditEventsRequest request, StreamObserver<ListAuditEventsResponse> out) {
    AuditLists.Listed listed = lists.list(request, this::lineage);
    Answers.send(
        ListAuditEventsResponse.newBuilder()
            .addAllEvents(listed.events())
            .setNextPageToken(listed.nextPageToken())
            .build(),
        out);
  }

  private List<UUID> lineage(UUID node) {
    return transactions
        .read(connection -> nodes.lineage(connection, node))
        .map(Lineage::ids)
        .orElseThrow(() -> ApiException.notFound("node", node));
  }
}
