package dev.latchkey.tenancy.feed;

import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.runtime.ManagementEndpoint;
import dev.latchkey.kit.stream.Outlet;
import dev.latchkey.kit.stream.Streams;
import dev.latchkey.kit.validation.Fields;
import dev.latchkey.proto.tenancy.v1.GetLineageRequest;
import dev.latchkey.proto.tenancy.v1.GetLineageResponse;
import dev.latchkey.proto.tenancy.v1.SnapshotRequest;
import dev.latchkey.proto.tenancy.v1.SnapshotResponse;
import dev.latchkey.proto.tenancy.v1.TenancyWatchServiceGrpc;
import dev.latchkey.proto.tenancy.v1.WatchRequest;
import dev.latchkey.proto.tenancy.v1.WatchResponse;
import dev.latchkey.tenancy.change.ChangeLog;
import dev.latchkey.tenancy.change.NewestRevision;
import dev.latchkey.tenancy.node.Lineage;
import dev.latchkey.tenancy.node.NodeStore;
import dev.latchkey.tenancy.plan.Plans;
import dev.latchkey.tenancy.wire.NodeMessages;
import dev.latchkey.tenancy.wire.PlanMessages;
import io.grpc.stub.StreamObserver;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.util.Objects;
import java.util.UUID;

/** The calls of those who keep a copy of the tenancy. */
@Singleton
final class TenancyWatchEndpoint extends TenancyWatchServiceGrpc.TenancyWatchServiceImplBase
    implements ManagementEndpoint {
  private final Transactions transactions;
  private final ChangeLog log;
  private final NewestRevision newest;
  private final HeadPoll poll;
  private final Streams streams;
  private final Snapshots snapshots;
  private final NodeStore nodes;
  private final Plans plans;

  TenancyWatchEndpoint(
      Transactions transactions,
      ChangeLog log,
      NewestRevision newest,
      HeadPoll poll,
      Streams streams,
      Snapshots snapshots,
      NodeStore nodes,
      Plans plans) {
    this.transactions = transactions;
    this.log = log;
    this.newest = newest;
    this.poll = poll;
    this.streams = streams;
    this.snapshots = snapshots;
    this.nodes = nodes;
    this.plans = plans;
  }

  @Override
  public void watch(WatchRequest request, StreamObserver<WatchResponse> out) {
    long from = request.getFromRevision();
    if (from < 1) {
      throw ApiException.invalid("from_revision", from + " (expected: 1 or more)");
    }
    streams.add(Outlet.start(out, this::left, outlet -> follow(outlet, from)));
  }

  private void follow(Outlet<WatchResponse> outlet, long from) {
    poll.enter();
    try {
      new WatchSession(transactions, log, newest, outlet, from).run();
    } finally {
      poll.leave();
    }
  }

  @Override
  public void snapshot(SnapshotRequest request, StreamObserver<SnapshotResponse> out) {
    streams.add(Outlet.start(out, this::left, snapshots::send));
  }

  private void left() {
    streams.sweep();
    newest.nudge();
  }

  @Override
  public void getLineage(GetLineageRequest request, StreamObserver<GetLineageResponse> out) {
    Fields fields = new Fields();
    UUID id = fields.id("node_id", request.getNodeId());
    fields.check();
    out.onNext(transactions.snapshot(connection -> lineage(connection, id)));
    out.onCompleted();
  }

  private GetLineageResponse lineage(Connection connection, UUID id) {
    Lineage lineage =
        nodes.lineage(connection, id).orElseThrow(() -> ApiException.notFound("node", id));
    UUID planId = Objects.requireNonNull(lineage.nodes().getFirst().settings().planId());
    GetLineageResponse.Builder answer = GetLineageResponse.newBuilder();
    lineage.nodes().forEach(node -> answer.addResources(NodeMessages.resource(node)));
    return answer.addResources(PlanMessages.resource(plans.get(connection, planId))).build();
  }
}
