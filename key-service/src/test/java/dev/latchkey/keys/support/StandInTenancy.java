package dev.latchkey.keys.support;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UnknownFieldSet;
import dev.latchkey.proto.access.v1.Role;
import dev.latchkey.proto.tenancy.v1.Environment;
import dev.latchkey.proto.tenancy.v1.GetLineageRequest;
import dev.latchkey.proto.tenancy.v1.GetLineageResponse;
import dev.latchkey.proto.tenancy.v1.KeyFormat;
import dev.latchkey.proto.tenancy.v1.Membership;
import dev.latchkey.proto.tenancy.v1.NodeRef;
import dev.latchkey.proto.tenancy.v1.NodeState;
import dev.latchkey.proto.tenancy.v1.Organization;
import dev.latchkey.proto.tenancy.v1.Plan;
import dev.latchkey.proto.tenancy.v1.Project;
import dev.latchkey.proto.tenancy.v1.SnapshotRequest;
import dev.latchkey.proto.tenancy.v1.SnapshotResponse;
import dev.latchkey.proto.tenancy.v1.TenancyResource;
import dev.latchkey.proto.tenancy.v1.TenancyWatchServiceGrpc;
import dev.latchkey.proto.tenancy.v1.User;
import dev.latchkey.proto.tenancy.v1.WatchRequest;
import dev.latchkey.proto.tenancy.v1.WatchResponse;
import dev.latchkey.proto.tenancy.v1.WatchResponse.SnapshotRequired;
import dev.latchkey.proto.tenancy.v1.Workspace;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A tenant-service with a tenancy in memory, behind a real socket: what key-service sees of the
 * other side of the feed. Whatever is put is a change of the next revision.
 */
public final class StandInTenancy extends TenancyWatchServiceGrpc.TenancyWatchServiceImplBase
    implements AutoCloseable {
  private final Map<String, TenancyResource> resources = new LinkedHashMap<>();
  private final List<TenancyResource> log = new ArrayList<>();
  private final List<String> loggedIds = new ArrayList<>();
  private final List<Watching> watchers = new ArrayList<>();
  private final List<Door> doors = new ArrayList<>();
  private final Server server;
  private final ScheduledExecutorService progressReports =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("stand-in-tenancy").factory());
  private final Set<SocketAddress> connected = new HashSet<>();
  private final Set<SocketAddress> stalled = new HashSet<>();
  private boolean silent;
  private int lineageCalls;

  private record Watching(
      StreamObserver<WatchResponse> observer,
      SocketAddress connection,
      Set<SocketAddress> stalled,
      @Nullable Door door) {
    boolean hears() {
      return !stalled.contains(connection) && (door == null || !door.shut);
    }

    void send(WatchResponse message) {
      if (hears()) {
        observer.onNext(message);
      }
    }

    void end() {
      observer.onError(Status.UNAVAILABLE.asRuntimeException());
    }
  }

  private static final Context.Key<Door> DOOR = Context.key("door");
  private static final Context.Key<SocketAddress> CONNECTION = Context.key("connection");

  /** A way in of its own, which can be shut: connections stay up, but nothing comes out. */
  public final class Door {
    private final Server entrance =
        listen(
            ServerInterceptors.intercept(
                StandInTenancy.this,
                new ServerInterceptor() {
                  @Override
                  public <Q, A> ServerCall.Listener<Q> interceptCall(
                      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
                    return Contexts.interceptCall(
                        Context.current().withValue(DOOR, Door.this), call, headers, next);
                  }
                }));
    private boolean shut;

    private Door() {}

    public String target() {
      return "127.0.0.1:" + entrance.getPort();
    }

    public void shut() {
      synchronized (StandInTenancy.this) {
        shut = true;
      }
    }

    /** Opens it again; the streams of before have lost something, so they end. */
    public void open() {
      synchronized (StandInTenancy.this) {
        shut = false;
        watchers.stream().filter(one -> one.door() == this).toList().forEach(Watching::end);
        watchers.removeIf(one -> one.door() == this);
      }
    }
  }

  public synchronized Door door() {
    Door door = new Door();
    doors.add(door);
    return door;
  }

  private Server listen(ServerServiceDefinition service) {
    try {
      return NettyServerBuilder.forAddress(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
          .addService(
              ServerInterceptors.intercept(
                  service,
                  new ServerInterceptor() {
                    @Override
                    public <Q, A> ServerCall.Listener<Q> interceptCall(
                        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
                      return Contexts.interceptCall(
                          Context.current().withValue(CONNECTION, connection(call)),
                          call,
                          headers,
                          next);
                    }
                  }))
          .build()
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private synchronized SocketAddress connection(ServerCall<?, ?> call) {
    SocketAddress address =
        Objects.requireNonNull(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
    connected.add(address);
    return address;
  }

  public StandInTenancy() {
    server = listen(bindService());
    var _ = progressReports.scheduleAtFixedRate(this::reportProgress, 1, 1, TimeUnit.SECONDS);
  }

  public String target() {
    return "127.0.0.1:" + server.getPort();
  }

  /** From now on nothing is sent to watchers: what is put can only be found by asking. */
  public synchronized void fallSilent() {
    silent = true;
  }

  /**
   * From now on no stream on a connection that was used before carries anything, and no connection
   * ends: as where something on the way forgets the connections it knew.
   */
  public synchronized void stallConnections() {
    stalled.addAll(connected);
  }

  public synchronized int lineageCalls() {
    return lineageCalls;
  }

  private synchronized void put(String id, TenancyResource.Builder change) {
    TenancyResource resource = change.setRevision(log.size() + 1L).build();
    resources.put(id, resource);
    log.add(resource);
    loggedIds.add(id);
    if (!silent) {
      watchers.forEach(watcher -> watcher.send(change(resource)));
    }
  }

  public synchronized long newest() {
    return log.size();
  }

  /** Loses what came after a revision, as a database does that is restored; streams end. */
  public synchronized void fallBack(long revision) {
    log.subList((int) revision, log.size()).clear();
    loggedIds.subList((int) revision, loggedIds.size()).clear();
    resources.clear();
    for (int i = 0; i < log.size(); i++) {
      resources.put(loggedIds.get(i), log.get(i));
    }
    watchers.forEach(Watching::end);
    watchers.clear();
  }

  public void put(Plan plan) {
    put(plan.getId(), TenancyResource.newBuilder().setPlan(plan));
  }

  public void put(Organization node) {
    put(node.getId(), TenancyResource.newBuilder().setOrganization(node));
  }

  public void put(Project node) {
    put(node.getId(), TenancyResource.newBuilder().setProject(node));
  }

  public void put(Environment node) {
    put(node.getId(), TenancyResource.newBuilder().setEnvironment(node));
  }

  public void put(Workspace node) {
    put(node.getId(), TenancyResource.newBuilder().setWorkspace(node));
  }

  /** A new user of an organization. */
  public User user(String organizationId) {
    String id = id();
    User user =
        User.newBuilder()
            .setId(id)
            .setOrganizationId(organizationId)
            .setEmail(id + "@example.com")
            .setDisplayName("User " + id)
            .build();
    put(user);
    return user;
  }

  public void put(User user) {
    put(user.getId(), TenancyResource.newBuilder().setUser(user));
  }

  /** Deletes a user; the memberships stay as they are. */
  public void delete(User user) {
    put(user.toBuilder().setDeleteTime(now()).build());
  }

  /** Grants a role at a node, in place of the one the user had there. */
  public void grant(String userId, String nodeId, Role role) {
    put(
        Membership.newBuilder()
            .setNode(NodeRef.newBuilder().setId(nodeId))
            .setUserId(userId)
            .setRole(role)
            .build());
  }

  /** Takes the role at a node away. */
  public void revoke(String userId, String nodeId) {
    put(
        Membership.newBuilder()
            .setNode(NodeRef.newBuilder().setId(nodeId))
            .setUserId(userId)
            .setRole(Role.ROLE_MEMBER)
            .setDeleteTime(now())
            .build());
  }

  private void put(Membership membership) {
    put(
        membership.getUserId() + " at " + membership.getNode().getId(),
        TenancyResource.newBuilder().setMembership(membership));
  }

  /** A change of a kind that this version of key-service does not know. */
  public void putOfUnknownKind() {
    put(
        id(),
        TenancyResource.newBuilder()
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(
                        1000,
                        UnknownFieldSet.Field.newBuilder()
                            .addLengthDelimited(ByteString.copyFromUtf8("something"))
                            .build())
                    .build()));
  }

  private static Timestamp now() {
    return Timestamp.newBuilder().setSeconds(Instant.now().getEpochSecond()).build();
  }

  /** A whole branch: plan, organization, project with a key format, environment, workspace. */
  public Branch branch(String name) {
    Branch branch =
        new Branch(
            Plan.newBuilder().setId(id()).setSlug(name + "-plan").setApiAccess(true).build(),
            Organization.newBuilder(),
            Project.newBuilder(),
            Environment.newBuilder(),
            Workspace.newBuilder());
    branch
        .organization
        .setId(id())
        .setSlug(name)
        .setDisplayName("Organization " + name)
        .setPlanId(branch.plan.getId())
        .setState(NodeState.NODE_STATE_ACTIVE);
    branch
        .project
        .setId(id())
        .setOrganizationId(branch.organization.getId())
        .setSlug(name + "-project")
        .setDisplayName("Project " + name)
        .setKeyFormat(
            KeyFormat.newBuilder().setPrefix("mk").setShowMode(true).setShowEnvironment(true))
        .setState(NodeState.NODE_STATE_ACTIVE);
    branch
        .environment
        .setId(id())
        .setOrganizationId(branch.organization.getId())
        .setProjectId(branch.project.getId())
        .setSlug("staging")
        .setDisplayName("Environment " + name)
        .setState(NodeState.NODE_STATE_ACTIVE);
    branch
        .workspace
        .setId(id())
        .setOrganizationId(branch.organization.getId())
        .setProjectId(branch.project.getId())
        .setEnvironmentId(branch.environment.getId())
        .setSlug(name + "-workspace")
        .setDisplayName("Workspace " + name)
        .setState(NodeState.NODE_STATE_ACTIVE);
    put(branch.plan);
    put(branch.organization.build());
    put(branch.project.build());
    put(branch.environment.build());
    put(branch.workspace.build());
    return branch;
  }

  private static String id() {
    return UUID.randomUUID().toString();
  }

  /** The resources of one branch; the builders may be changed and put again. */
  public record Branch(
      Plan plan,
      Organization.Builder organization,
      Project.Builder project,
      Environment.Builder environment,
      Workspace.Builder workspace) {}

  @Override
  public synchronized void watch(WatchRequest request, StreamObserver<WatchResponse> observer) {
    Watching watching = new Watching(observer, CONNECTION.get(), stalled, DOOR.get());
    if (request.getFromRevision() > log.size() + 1L) {
      observer.onNext(
          WatchResponse.newBuilder()
              .setSnapshotRequired(SnapshotRequired.newBuilder().setNewestRevision(log.size()))
              .build());
      observer.onCompleted();
      return;
    }
    for (int i = (int) request.getFromRevision() - 1; i < log.size(); i++) {
      watching.send(change(log.get(i)));
    }
    watching.send(progress());
    watchers.add(watching);
    ((ServerCallStreamObserver<WatchResponse>) observer)
        .setOnCancelHandler(
            () -> {
              synchronized (this) {
                watchers.remove(watching);
              }
            });
  }

  private static WatchResponse change(TenancyResource resource) {
    return WatchResponse.newBuilder()
        .setChange(WatchResponse.Change.newBuilder().setResource(resource).setCommitTime(now()))
        .build();
  }

  private WatchResponse progress() {
    return WatchResponse.newBuilder()
        .setProgress(WatchResponse.Progress.newBuilder().setRevision(log.size()))
        .build();
  }

  @Override
  public synchronized void snapshot(
      SnapshotRequest request, StreamObserver<SnapshotResponse> observer) {
    resources
        .values()
        .forEach(
            resource ->
                observer.onNext(SnapshotResponse.newBuilder().setResource(resource).build()));
    observer.onNext(
        SnapshotResponse.newBuilder()
            .setComplete(SnapshotResponse.Complete.newBuilder().setRevision(log.size()))
            .build());
    observer.onCompleted();
  }

  @Override
  public synchronized void getLineage(
      GetLineageRequest request, StreamObserver<GetLineageResponse> observer) {
    lineageCalls++;
    TenancyResource node = resources.get(request.getNodeId());
    if (node == null) {
      observer.onError(Status.NOT_FOUND.asRuntimeException());
      return;
    }
    GetLineageResponse.Builder response = GetLineageResponse.newBuilder();
    for (String above : lineage(node)) {
      response.addResources(resources.get(above));
    }
    observer.onNext(response.build());
    observer.onCompleted();
  }

  private List<String> lineage(TenancyResource node) {
    List<String> ids =
        switch (node.getResourceCase()) {
          case ORGANIZATION -> List.of(node.getOrganization().getId());
          case PROJECT -> List.of(node.getProject().getOrganizationId(), node.getProject().getId());
          case ENVIRONMENT ->
              List.of(
                  node.getEnvironment().getOrganizationId(),
                  node.getEnvironment().getProjectId(),
                  node.getEnvironment().getId());
          case WORKSPACE ->
              List.of(
                  node.getWorkspace().getOrganizationId(),
                  node.getWorkspace().getProjectId(),
                  node.getWorkspace().getEnvironmentId(),
                  node.getWorkspace().getId());
          case PLAN, USER, MEMBERSHIP, RESOURCE_NOT_SET -> List.of();
        };
    List<String> withPlan = new ArrayList<>(ids);
    withPlan.add(resources.get(ids.getFirst()).getOrganization().getPlanId());
    return withPlan;
  }

  /** Every second, as tenant-service does: a stream that says nothing is broken. */
  private synchronized void reportProgress() {
    if (!silent) {
      watchers.forEach(watcher -> watcher.send(progress()));
    }
  }

  @Override
  public void close() {
    progressReports.shutdownNow();
    server.shutdownNow();
    doors.forEach(door -> door.entrance.shutdownNow());
  }
}
