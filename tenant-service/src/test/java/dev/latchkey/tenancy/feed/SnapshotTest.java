package dev.latchkey.tenancy.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.latchkey.proto.access.v1.Role;
import dev.latchkey.proto.tenancy.v1.GetLineageRequest;
import dev.latchkey.proto.tenancy.v1.GetLineageResponse;
import dev.latchkey.proto.tenancy.v1.SnapshotRequest;
import dev.latchkey.proto.tenancy.v1.SnapshotResponse;
import dev.latchkey.proto.tenancy.v1.TenancyResource;
import dev.latchkey.tenancy.node.Level;
import dev.latchkey.tenancy.testing.Api;
import dev.latchkey.tenancy.testing.Deployment;
import dev.latchkey.tenancy.testing.Refusal;
import dev.latchkey.tenancy.testing.Tree;
import dev.latchkey.tenancy.testing.Watcher;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SnapshotTest {
  @AutoClose private final Deployment deployment = new Deployment();
  private final Api operator = deployment.asOperator();

  private List<SnapshotResponse> snapshot() throws Exception {
    BlockingQueue<SnapshotResponse> received = new LinkedBlockingQueue<>();
    CompletableFuture<Boolean> end = new CompletableFuture<>();
    operator
        .watching()
        .snapshot(
            SnapshotRequest.getDefaultInstance(),
            new StreamObserver<>() {
              @Override
              public void onNext(SnapshotResponse item) {
                received.add(item);
              }

              @Override
              public void onError(Throwable error) {
                end.completeExceptionally(error);
              }

              @Override
              public void onCompleted() {
                end.complete(true);
              }
            });
    end.get(10, TimeUnit.SECONDS);
    return List.copyOf(received);
  }

  private static Object resource(TenancyResource resource) {
    return switch (resource.getResourceCase()) {
      case ORGANIZATION -> resource.getOrganization();
      case PROJECT -> resource.getProject();
      case ENVIRONMENT -> resource.getEnvironment();
      case WORKSPACE -> resource.getWorkspace();
      case PLAN -> resource.getPlan();
      case USER -> resource.getUser();
      case MEMBERSHIP -> resource.getMembership();
      case RESOURCE_NOT_SET -> throw new AssertionError("empty");
    };
  }

  private static String idOf(TenancyResource resource) {
    if (resource.hasMembership()) {
      return resource.getMembership().getNode().getId() + resource.getMembership().getUserId();
    }
    return Api.id((com.google.protobuf.Message) resource(resource));
  }

  @Test
  void snapshot_isWhatTheLogAddsUpTo_andEndsWithItsRevision() throws Exception {
    Tree tree = Tree.in(deployment);
    tree.on(operator, "Suspend", Level.PROJECT);
    tree.on(operator, "Delete", Level.WORKSPACE);
    String user = deployment.user(tree.id(Level.ORGANIZATION));
    deployment.grant(user, Role.ROLE_VIEWER, tree.id(Level.PROJECT));
    deployment.grant(user, Role.ROLE_ADMIN, tree.id(Level.PROJECT));
    deployment.grant(user, Role.ROLE_MEMBER, tree.id(Level.ORGANIZATION));
    operator.call("RevokeRole", "node_id", tree.id(Level.PROJECT), "user_id", user);
    operator.call("DeleteUser", "id", deployment.user(tree.id(Level.ORGANIZATION)));

    List<SnapshotResponse> items = snapshot();

    long revision = items.getLast().getComplete().getRevision();
    Map<String, TenancyResource> replayed = new HashMap<>();
    try (Watcher watcher = Watcher.start(operator, 1)) {
      watcher.changesUpTo(revision).forEach(change -> replayed.put(idOf(change), change));
    }
    assertThat(items.subList(0, items.size() - 1))
        .extracting(SnapshotResponse::getResource)
        .containsExactlyInAnyOrderElementsOf(replayed.values());
  }

  @Test
  void snapshot_bringsWhatAResourceRefersTo_beforeIt() throws Exception {
    Tree tree = Tree.in(deployment);
    String user = deployment.user(tree.id(Level.ORGANIZATION));
    deployment.grant(user, Role.ROLE_VIEWER, tree.id(Level.WORKSPACE));

    List<Integer> kinds =
        snapshot().stream()
            .filter(SnapshotResponse::hasResource)
            .map(item -> item.getResource().getResourceCase())
            .map(
                List.of(
                        TenancyResource.ResourceCase.PLAN,
                        TenancyResource.ResourceCase.ORGANIZATION,
                        TenancyResource.ResourceCase.PROJECT,
                        TenancyResource.ResourceCase.ENVIRONMENT,
                        TenancyResource.ResourceCase.WORKSPACE,
                        TenancyResource.ResourceCase.USER,
                        TenancyResource.ResourceCase.MEMBERSHIP)
                    ::indexOf)
            .toList();

    assertThat(kinds).isSorted().contains(0, 1, 2, 3, 4, 5, 6);
  }

  @Test
  void deletedUser_isOneChange_andItsMembershipsHaveEndedInTheSnapshot() throws Exception {
    Tree tree = Tree.in(deployment);
    String user = deployment.user(tree.id(Level.ORGANIZATION));
    deployment.grant(user, Role.ROLE_VIEWER, tree.id(Level.ORGANIZATION));
    deployment.grant(user, Role.ROLE_ADMIN, tree.id(Level.WORKSPACE));
    operator.call("RevokeRole", "node_id", tree.id(Level.WORKSPACE), "user_id", user);
    long before = deployment.newestRevision();
    deployment.clock().pass(Duration.ofSeconds(1));

    Message deleted = operator.call("DeleteUser", "id", user);

    assertThat(deployment.newestRevision()).isEqualTo(before + 1);
    try (Watcher watcher = Watcher.start(operator, before + 1)) {
      assertThat(watcher.nextChange().getUser()).isEqualTo(deleted);
    }
    List<TenancyResource> memberships =
        snapshot().stream()
            .map(SnapshotResponse::getResource)
            .filter(resource -> resource.getMembership().getUserId().equals(user))
            .toList();
    assertThat(memberships).hasSize(2).allMatch(item -> item.getMembership().hasDeleteTime());
    assertThat(memberships)
        .extracting(TenancyResource::getRevision)
        .containsExactlyInAnyOrder(before, before + 1);
    assertThat(memberships)
        .filteredOn(item -> item.getRevision() == before + 1)
        .extracting(item -> item.getMembership().getDeleteTime())
        .containsExactly((Timestamp) Api.get(deleted, "delete_time"));
  }

  private GetLineageResponse lineage(String id) {
    return (GetLineageResponse)
        operator.send("GetLineage", GetLineageRequest.newBuilder().setNodeId(id).build());
  }

  @Test
  void lineage_goesFromTheOrganizationToTheNode_andEndsWithThePlan() throws Exception {
    Tree tree = Tree.in(deployment);
    tree.on(operator, "Suspend", Level.ENVIRONMENT);

    List<TenancyResource> resources = lineage(tree.id(Level.WORKSPACE)).getResourcesList();

    assertThat(resources.subList(0, 4)).extracting(SnapshotTest::idOf).isEqualTo(tree.ids());
    assertThat(resources.getLast().getPlan().getSlug()).isEqualTo("default");
    assertThat(resources.getLast().getRevision()).isEqualTo(1);
    assertThat(resources)
        .isSubsetOf(snapshot().stream().map(SnapshotResponse::getResource).toList());
  }

  @Test
  void lineageOfAnUnknownNode_isNotFound() {
    Refusal refusal = Refusal.of(() -> lineage(UUID.randomUUID().toString()));

    assertThat(refusal.code()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(refusal.metadata()).containsEntry("resource_type", "node");
  }
}
