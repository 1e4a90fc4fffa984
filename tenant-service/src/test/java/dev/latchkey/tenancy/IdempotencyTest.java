package dev.latchkey.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.latchkey.kit.access.Scopes;
import dev.latchkey.kit.database.Sql;
import dev.latchkey.kit.idempotency.Idempotency;
import dev.latchkey.kit.runtime.IdempotencySweep;
import dev.latchkey.tenancy.testing.Api;
import dev.latchkey.tenancy.testing.Deployment;
import dev.latchkey.tenancy.testing.Refusal;
import dev.latchkey.tenancy.testing.Tree;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class IdempotencyTest {
  @AutoClose private final Deployment deployment = new Deployment();
  private final Api operator = deployment.asOperator();

  private static String newRequestId() {
    return UUID.randomUUID().toString();
  }

  @Test
  void repeat_getsTheFirstAnswer_andMakesNothing() {
    String id = newRequestId();
    String slug = Deployment.newSlug();

    Message first = operator.call("CreateOrganization", "slug", slug, "request_id", id);
    operator.call("SuspendOrganization", "id", Api.id(first));
    long revision = deployment.newestRevision();
    Message repeat = operator.call("CreateOrganization", "slug", slug, "request_id", id);

    assertThat(repeat).isEqualTo(first);
    assertThat(deployment.newestRevision()).isEqualTo(revision);
  }

  @Test
  void manyRepeatsAtOnce_makeOneNode() throws Exception {
    String organization = deployment.organization();
    String id = newRequestId();
    Callable<Message> create =
        () ->
            operator.call(
                "CreateProject",
                "organization_id",
                organization,
                "slug",
                "only-one",
                "request_id",
                id);

    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Message>> answers = threads.invokeAll(java.util.Collections.nCopies(8, create));

      Message first = answers.getFirst().get();
      for (Future<Message> answer : answers) {
        assertThat(answer.get()).isEqualTo(first);
      }
    }
    Message list =
        operator.send("ListProjects", Api.filled("ListProjects", "organization_id", organization));
    assertThat(Tree.items(list)).hasSize(1);
  }

  @Test
  void sameRequestId_withAnotherRequest_isRefused() {
    String id = newRequestId();
    operator.call("CreateOrganization", "slug", Deployment.newSlug(), "request_id", id);

    Refusal refusal =
        Refusal.of(
            () ->
                operator.call(
                    "CreateOrganization", "slug", Deployment.newSlug(), "request_id", id));

    assertThat(refusal.code()).isEqualTo(Status.Code.ALREADY_EXISTS);
    assertThat(refusal.reason()).isEqualTo("REQUEST_ID_REUSED");
    assertThat(refusal.metadata()).containsEntry("request_id", id);
  }

  @Test
  void sameRequestId_fromAnotherKey_isAnotherRequest() {
    String id = newRequestId();
    Api other = deployment.as(deployment.keys().platformKey(Scopes.TENANCY_WRITE));

    Message first =
        operator.call("CreateOrganization", "slug", Deployment.newSlug(), "request_id", id);
    Message second =
        other.call("CreateOrganization", "slug", Deployment.newSlug(), "request_id", id);

    assertThat(Api.id(second)).isNotEqualTo(Api.id(first));
  }

  @Test
  void refusedRequest_isNotRemembered() {
    String id = newRequestId();
    String organization = deployment.organization();
    String project = deployment.project(organization);
    String slug = Deployment.newSlug();
    Object[] request = {"project_id", project, "slug", slug, "request_id", id};
    String first = Api.id(operator.call("CreateEnvironment", "project_id", project, "slug", slug));

    Refusal taken = Refusal.of(() -> operator.call("CreateEnvironment", request));
    operator.call("DeleteEnvironment", "id", first);
    Message second = operator.call("CreateEnvironment", request);

    assertThat(taken.reason()).isEqualTo("SLUG_TAKEN");
    assertThat(Api.text(second, "slug")).isEqualTo(slug);
  }

  @Test
  void repeat_getsTheFirstAnswer_evenWhenItsExpireTimeHasPassedMeanwhile() {
    String project = deployment.project(deployment.organization());
    Object[] request = {
      "project_id",
      project,
      "slug",
      "short",
      "expire_time",
      deployment.clock().now().plusSeconds(60),
      "request_id",
      newRequestId()
    };
    Message first = operator.call("CreateEnvironment", request);

    deployment.clock().pass(Duration.ofMinutes(2));

    assertThat(operator.call("CreateEnvironment", request)).isEqualTo(first);
  }

  @Test
  void oldAnswers_areForgotten() {
    operator.call("CreateOrganization", "slug", Deployment.newSlug(), "request_id", newRequestId());
    assertThat(remembered()).isPositive();

    deployment.clock().pass(Idempotency.RETENTION.plusMinutes(1));
    deployment.bean(IdempotencySweep.class).sweep();

    assertThat(remembered()).isZero();
  }

  private int remembered() {
    return deployment
        .transactions()
        .read(
            connection ->
                Sql.first(
                        connection,
                        "SELECT count(*) AS n FROM idempotent_request",
                        row -> row.getInt("n"))
                    .orElseThrow());
  }
}
