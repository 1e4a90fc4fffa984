package dev.latchkey.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import dev.latchkey.kit.access.AccessRules;
import dev.latchkey.kit.access.CallOrigin;
import dev.latchkey.kit.access.Scopes;
import dev.latchkey.kit.database.Sql;
import dev.latchkey.kit.database.SqlFailure;
import dev.latchkey.kit.grpc.RequestIds;
import dev.latchkey.kit.grpc.ServiceCredential;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.audit.v1.AuditEvent;
import dev.latchkey.proto.tenancy.v1.AuditServiceGrpc;
import dev.latchkey.proto.tenancy.v1.AuditServiceGrpc.AuditServiceBlockingStub;
import dev.latchkey.proto.tenancy.v1.CreateOrganizationRequest;
import dev.latchkey.proto.tenancy.v1.ListAuditEventsRequest;
import dev.latchkey.proto.tenancy.v1.ListAuditEventsResponse;
import dev.latchkey.proto.tenancy.v1.Membership;
import dev.latchkey.proto.tenancy.v1.NodeLevel;
import dev.latchkey.proto.tenancy.v1.OrganizationServiceGrpc;
import dev.latchkey.proto.tenancy.v1.Plan;
import dev.latchkey.proto.tenancy.v1.User;
import dev.latchkey.tenancy.node.Level;
import dev.latchkey.tenancy.testing.Api;
import dev.latchkey.tenancy.testing.Deployment;
import dev.latchkey.tenancy.testing.Refusal;
import dev.latchkey.tenancy.testing.Requests;
import dev.latchkey.tenancy.testing.Tree;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every change leaves its event, in one transaction with it, and nothing takes the event away. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AuditTest {
  @AutoClose private final Deployment deployment = new Deployment();
  private final Requests requests = new Requests(deployment);

  private AuditServiceBlockingStub audit(String key) {
    return AuditServiceGrpc.newBlockingStub(deployment.node().channel())
        .withCallCredentials(ServiceCredential.of(Secret.of(key)));
  }

  private List<AuditEvent> events(ListAuditEventsRequest.Builder request) {
    return audit(deployment.operatorKey()).listAuditEvents(request.build()).getEventsList();
  }

  private List<AuditEvent> eventsOf(String target) {
    return events(ListAuditEventsRequest.newBuilder().setTargetId(target));
  }

  private static String text(Struct resource, String field) {
    return resource.getFieldsOrThrow(field).getStringValue();
  }

  private long count() {
    return deployment
        .transactions()
        .read(in -> Sql.first(in, "SELECT count(*) AS n FROM audit_event", row -> row.getLong("n")))
        .orElseThrow();
  }

  static Stream<MethodDescriptor<?, ?>> writingCalls() {
    return Api.SERVICES.stream()
        .map(ServiceDescriptor::getMethods)
        .flatMap(methods -> methods.stream())
        .filter(method -> AccessRules.of(method).getRequiredScope().endsWith(":write"));
  }

  @ParameterizedTest
  @MethodSource("writingCalls")
  void everyWritingCall_leavesOneEventOfWhatItChanged(MethodDescriptor<?, ?> method) {
    String call = Objects.requireNonNull(method.getBareMethodName());
    Tree tree = Tree.in(deployment);
    Message request = requests.good(call, tree);
    if (call.startsWith("Resume")) {
      String suspend = call.replace("Resume", "Suspend");
      deployment.asOperator().send(suspend, requests.good(suspend, tree));
    }
    long before = count();

    Message answer = deployment.asOperator().send(call, request);

    Message resource =
        (Message) answer.getField(answer.getDescriptorForType().findFieldByNumber(1));
    assertThat(count()).isEqualTo(before + 1);
    AuditEvent event = eventsOf(targetOf(resource)).getFirst();
    String service = Objects.requireNonNull(method.getServiceName());
    assertThat(event.getAction())
        .isEqualTo(service.substring(service.lastIndexOf('.') + 1) + "." + call);
    assertThat(event.getTarget().getType())
        .isEqualTo(resource.getDescriptorForType().getName().toLowerCase(java.util.Locale.ROOT));
    assertThat(event.getActor().getPeerAddress()).isEqualTo("127.0.0.1");
    // What was made with this change has its first version.
    assertThat(event.hasBefore()).isEqualTo(!Api.text(resource, "etag").equals("1"));
    assertThat(text(event.getAfter(), "etag")).isEqualTo(Api.text(resource, "etag"));
    assertThat(event.getTarget().getNodeId()).isEqualTo(nodeOf(resource));
  }

  private static String targetOf(Message resource) {
    return resource instanceof Membership membership ? membership.getUserId() : Api.id(resource);
  }

  private static String nodeOf(Message resource) {
    return switch (resource) {
      case Plan _ -> "";
      case User user -> user.getOrganizationId();
      case Membership membership -> membership.getNode().getId();
      default -> Api.id(resource);
    };
  }

  @Test
  void event_tellsWhoFromWhereWhatBeforeAndAfter() {
    String project = deployment.project(deployment.organization());
    deployment
        .asOperator()
        .call(
            "UpdateProject",
            "id",
            project,
            "display_name",
            "After \u00fc \"quoted\"",
            "update_mask",
            Api.mask("display_name"));

    AuditEvent event = eventsOf(project).getFirst();
    assertThat(event.getAction()).isEqualTo("ProjectService.UpdateProject");
    assertThat(event.getActor().getKeyId()).isNotEmpty();
    assertThat(event.getActor().getUserId()).isEmpty();
    assertThat(event.getRequestId()).isNotEmpty();
    assertThat(text(event.getBefore(), "display_name")).isNotEqualTo("After \u00fc \"quoted\"");
    assertThat(text(event.getAfter(), "display_name")).isEqualTo("After \u00fc \"quoted\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.7", "2001:db8::7"})
  void clientAddressThatThePeerReports_isNoted_asIsTheRequestId(String address) {
    String id = createdFrom(address);

    AuditEvent event = eventsOf(id).getFirst();
    assertThat(java.net.InetAddress.ofLiteral(event.getActor().getClientAddress()))
        .isEqualTo(java.net.InetAddress.ofLiteral(address));
    assertThat(event.getRequestId()).isEqualTo("audit-test-7");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "localhost", "1.2.3", "192.0.2.7, 192.0.2.8", "' OR 1=1 --"})
  void clientAddressThatIsNone_isDropped(String address) {
    assertThat(eventsOf(createdFrom(address)).getFirst().getActor().getClientAddress()).isEmpty();
  }

  private String createdFrom(String address) {
    Metadata headers = new Metadata();
    headers.put(CallOrigin.CLIENT_ADDRESS, address);
    headers.put(RequestIds.METADATA, "audit-test-7");
    return OrganizationServiceGrpc.newBlockingStub(deployment.node().channel())
        .withCallCredentials(ServiceCredential.of(Secret.of(deployment.operatorKey())))
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
        .createOrganization(
            CreateOrganizationRequest.newBuilder().setSlug(Deployment.newSlug()).build())
        .getOrganization()
        .getId();
  }

  @Test
  void whatChangesNothing_leavesNoEvent() {
    Tree tree = Tree.in(deployment);
    String requestId = UUID.randomUUID().toString();
    Message create =
        Api.filled(
            "CreateProject",
            "organization_id",
            tree.id(Level.ORGANIZATION),
            "slug",
            Deployment.newSlug(),
            "request_id",
            requestId);
    deployment.asOperator().send("CreateProject", create);
    tree.on(deployment.asOperator(), "Suspend", Level.PROJECT);
    long before = count();

    deployment.asOperator().send("CreateProject", create);
    tree.on(deployment.asOperator(), "Suspend", Level.PROJECT);
    Refusal.of(() -> tree.on(deployment.asOperator(), "Delete", Level.PROJECT, "etag", "99"));
    Refusal.of(
        () ->
            deployment
                .asOperator()
                .call(
                    "CreateProject",
                    "organization_id",
                    tree.id(Level.ORGANIZATION),
                    "slug",
                    Api.text(tree.on(deployment.asOperator(), "Get", Level.PROJECT), "slug")));

    assertThat(count()).isEqualTo(before);
  }

  @Test
  void whatTheServiceDoesOfItsOwnAccord_hasNoActor() {
    List<AuditEvent> made =
        events(ListAuditEventsRequest.newBuilder().setAction("PlanService.CreatePlan"));

    assertThat(made.getLast().getActor().getKeyId()).isEmpty();
    assertThat(text(made.getLast().getAfter(), "slug")).isEqualTo("default");
  }

  @Test
  void caller_seesWhatHappenedAtItsNodeAndBelow_andNothingElse() {
    Tree tree = Tree.in(deployment);
    String key =
        deployment
            .keys()
            .key(NodeLevel.NODE_LEVEL_PROJECT, tree.id(Level.PROJECT), Scopes.AUDIT_READ);

    assertThat(
            audit(key).listAuditEvents(ListAuditEventsRequest.getDefaultInstance()).getEventsList())
        .extracting(event -> event.getTarget().getId())
        .containsExactly(
            tree.id(Level.WORKSPACE), tree.id(Level.ENVIRONMENT), tree.id(Level.PROJECT));
    assertThat(
            audit(key)
                .listAuditEvents(
                    ListAuditEventsRequest.newBuilder()
                        .setTargetId(tree.id(Level.ORGANIZATION))
                        .build())
                .getEventsList())
        .isEmpty();
    Refusal above =
        Refusal.of(
            () ->
                audit(key)
                    .listAuditEvents(
                        ListAuditEventsRequest.newBuilder()
                            .setNodeId(tree.id(Level.ORGANIZATION))
                            .build()));
    assertThat(above.code()).isEqualTo(Status.Code.NOT_FOUND);
  }

  @Test
  void pages_giveEveryEventOnce_newestFirst() {
    Tree tree = Tree.in(deployment);
    List<String> seen = new ArrayList<>();
    String token = "";
    do {
      ListAuditEventsResponse page =
          audit(deployment.operatorKey())
              .listAuditEvents(
                  ListAuditEventsRequest.newBuilder()
                      .setNodeId(tree.id(Level.ORGANIZATION))
                      .setPageSize(3)
                      .setPageToken(token)
                      .build());
      page.getEventsList().forEach(event -> seen.add(event.getId()));
      token = page.getNextPageToken();
    } while (!token.isEmpty());

    assertThat(seen).hasSize(4).doesNotHaveDuplicates();
    assertThat(seen).isSortedAccordingTo(java.util.Comparator.reverseOrder());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE audit_event SET action = 'Nothing.Happened'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "SET LOCAL session_replication_role = replica; DELETE FROM audit_event"
      })
  void servicesOwnConnection_cannotChangeOrRemoveAnEvent(String statement) {
    deployment.organization();
    long before = count();
    // Without the trigger it would.
    deployment
        .transactions()
        .change(
            in -> {
              Sql.update(in, "DROP TABLE IF EXISTS copied");
              Sql.update(in, "CREATE TABLE copied AS SELECT * FROM audit_event");
              Sql.update(in, statement.replace("audit_event", "copied"));
            });

    assertThatThrownBy(() -> deployment.transactions().change(in -> Sql.update(in, statement)))
        .isInstanceOf(SqlFailure.class)
        .hasMessageContaining("takes new rows only");
    assertThat(count()).isEqualTo(before);
  }
}
