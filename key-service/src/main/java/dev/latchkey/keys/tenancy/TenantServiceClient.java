package dev.latchkey.keys.tenancy;

import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.proto.tenancy.v1.GetLineageRequest;
import dev.latchkey.proto.tenancy.v1.SnapshotRequest;
import dev.latchkey.proto.tenancy.v1.SnapshotResponse;
import dev.latchkey.proto.tenancy.v1.TenancyResource;
import dev.latchkey.proto.tenancy.v1.TenancyWatchServiceGrpc;
import dev.latchkey.proto.tenancy.v1.TenancyWatchServiceGrpc.TenancyWatchServiceBlockingStub;
import dev.latchkey.proto.tenancy.v1.TenancyWatchServiceGrpc.TenancyWatchServiceBlockingV2Stub;
import dev.latchkey.proto.tenancy.v1.WatchRequest;
import dev.latchkey.proto.tenancy.v1.WatchResponse;
import io.grpc.CallCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.BlockingClientCall;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** The calls that key-service makes to tenant-service. All of them wait; all have a deadline. */
class TenantServiceClient implements AutoCloseable {
  private static final Duration LINEAGE_DEADLINE = Duration.ofSeconds(2);
  private static final Duration SNAPSHOT_DEADLINE = Duration.ofMinutes(10);

  private final ManagedChannel channel;
  private final TenancyWatchServiceBlockingStub stub;
  private final TenancyWatchServiceBlockingV2Stub streams;

  TenantServiceClient(ManagedChannel channel, CallCredentials credentials) {
    this.channel = channel;
    this.stub = TenancyWatchServiceGrpc.newBlockingStub(channel).withCallCredentials(credentials);
    this.streams =
        TenancyWatchServiceGrpc.newBlockingV2Stub(channel).withCallCredentials(credentials);
  }

  /** A node with all above it and its plan. Throws {@code NOT_FOUND} or {@code UNAVAILABLE}. */
  List<TenancyResource> lineage(UUID nodeId) {
    try {
      return stub.withDeadlineAfter(LINEAGE_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
          .getLineage(GetLineageRequest.newBuilder().setNodeId(nodeId.toString()).build())
          .getResourcesList();
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
        throw ApiException.notFound("node", nodeId);
      }
      throw ApiException.unavailable("tenant-service");
    }
  }

  /** Everything there is, as of one revision. The caller must cancel it. */
  BlockingClientCall<?, SnapshotResponse> snapshot() {
    return streams
        .withDeadlineAfter(SNAPSHOT_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
        .snapshot(SnapshotRequest.getDefaultInstance());
  }

  /** Changes from a revision on. The caller must cancel it. */
  BlockingClientCall<?, WatchResponse> watch(long fromRevision) {
    return streams.watch(WatchRequest.newBuilder().setFromRevision(fromRevision).build());
  }

  /**
   * Has calls from now on made on new connections. Those under way go on where they are; what is
   * behind a connection that stands and carries nothing ends with its deadline or by keepalive.
   */
  void leaveConnections() {
    channel.enterIdle();
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
