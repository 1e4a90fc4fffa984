package dev.latchkey.harness.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.harness.access.Needs.Target;
import dev.latchkey.harness.kit.Issued;
import dev.latchkey.harness.kit.KeyText;
import dev.latchkey.harness.kit.OnPlatform;
import dev.latchkey.harness.kit.Tenants;
import dev.latchkey.harness.platform.Await;
import dev.latchkey.harness.platform.Clients;
import dev.latchkey.harness.platform.Platform;
import dev.latchkey.proto.access.v1.Role;
import dev.latchkey.proto.keys.v1.CreateKeyRequest;
import dev.latchkey.proto.keys.v1.KeyServiceGrpc;
import dev.latchkey.proto.tenancy.v1.Organization;
import dev.latchkey.proto.tenancy.v1.User;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Every call that the two servers serve, made by everybody who may or may not make it. */
@OnPlatform
@DisplayName("Who may make which call")
class AuthorizationMatrixTest {
  private static final List<Role> ROLES =
      List.of(Role.ROLE_VIEWER, Role.ROLE_MEMBER, Role.ROLE_ADMIN, Role.ROLE_OWNER);

  private final Platform platform;
  private final Clients operator;
  private final Tenants tenants;

  AuthorizationMatrixTest(Platform platform, Clients operator, Tenants tenants) {
    this.platform = platform;
    this.operator = operator;
    this.tenants = tenants;
  }

  /** A caller and what it must read for a call. */
  private interface Expectation {
    String of(Needs needs);
  }

  private record Asker(String key, Expectation expectation) {}

  @Test
  @DisplayName("MA12: every call is open to those it should be, and to nobody else")
  void everyCall_isOpenToThoseItShouldBe() {
    MatrixTenant tenant = new MatrixTenant(tenants);
    Map<String, Asker> askers = askers(tenant.organization());
    Map<String, String> wrong = new TreeMap<>();
    int asked = 0;
    for (Channel channel : List.of(operator.keyServiceChannel(), operator.tenantServiceChannel())) {
      for (MethodDescriptor<?, ?> method : methods(channel)) {
        Needs needs = Needs.of(method.getFullMethodName());
        for (var asker : askers.entrySet()) {
          String outcome =
              AnyCall.outcome(
                  channel,
                  method,
                  tenant.request(String.valueOf(method.getServiceName()), AnyCall.request(method)),
                  asker.getValue().key());
          String expected = asker.getValue().expectation().of(needs);
          asked++;
          if (!matches(outcome, expected)) {
            wrong.put(
                method.getFullMethodName() + " by " + asker.getKey(),
                "%s, expected %s".formatted(outcome, expected));
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(asked).isEqualTo(Needs.OF_CALLS.size() * askers.size());
  }

  /** A call that is let through may fail for what it asks, not for who asks. */
  private static boolean matches(String outcome, String expected) {
    return expected.equals(AnyCall.LET_THROUGH)
        ? List.of(AnyCall.LET_THROUGH, "ETAG_MISMATCH").contains(outcome)
        : outcome.equals(expected);
  }

  private Map<String, Asker> askers(Organization organization) {
    Map<String, Asker> askers = new LinkedHashMap<>();
    askers.put("nobody", new Asker("", needs -> "CREDENTIAL_MISSING"));
    askers.put(
        "a wrong key", new Asker(KeyText.neverIssued("mx_live_"), needs -> "CREDENTIAL_INVALID"));
    askers.put(
        "a key without the scope",
        new Asker(
            tenants.key(organization.getId(), key -> key.addScopes("notes:read")).text(),
            needs -> "INSUFFICIENT_SCOPE"));
    for (Role role : ROLES) {
      askers.put(
          role.name(),
          new Asker(memberKey(organization, role).text(), needs -> asMember(needs, role)));
    }
    Organization other = tenants.organization("Other");
    askers.put(
        "another organization's OWNER",
        new Asker(memberKey(other, Role.ROLE_OWNER).text(), AuthorizationMatrixTest::asStranger));
    askers.put(
        "the operator", new Asker(platform.operatorKey().reveal(), needs -> AnyCall.LET_THROUGH));
    return askers;
  }

  private static String asMember(Needs needs, Role role) {
    if (needs.target() == Target.PLATFORM) {
      return "PLATFORM_KEY_REQUIRED";
    }
    if (needs.target() == Target.KEY && role.getNumber() < Role.ROLE_ADMIN_VALUE) {
      return "RESOURCE_NOT_FOUND";
    }
    return role.getNumber() < needs.role().getNumber() ? "ROLE_INSUFFICIENT" : AnyCall.LET_THROUGH;
  }

  private static String asStranger(Needs needs) {
    return switch (needs.target()) {
      case PLATFORM -> "PLATFORM_KEY_REQUIRED";
      case NODE, KEY -> "RESOURCE_NOT_FOUND";
      case NOTHING -> AnyCall.LET_THROUGH;
    };
  }

  /**
   * A key with every scope there is, that acts for a member with a role in the organization. Keys
   * are made for MEMBERs at least: a VIEWER's is one that was made before.
   */
  private Issued memberKey(Organization organization, Role role) {
    Role first = role == Role.ROLE_VIEWER ? Role.ROLE_MEMBER : role;
    User user = tenants.member(organization, "matrix", first, organization.getId());
    List<String> scopes = Needs.OF_CALLS.values().stream().map(Needs::scope).distinct().toList();
    Issued key =
        tenants.key(
            organization.getId(),
            request -> request.setOwnerUserId(user.getId()).addAllScopes(scopes));
    if (role != first) {
      tenants.grant(user, role, organization.getId());
      Await.until(
          Duration.ofSeconds(5), () -> !mayMakeKeys(key, organization), () -> "still a MEMBER");
    }
    return key;
  }

  private boolean mayMakeKeys(Issued key, Organization organization) {
    MethodDescriptor<?, ?> create = KeyServiceGrpc.getCreateKeyMethod();
    CreateKeyRequest request =
        CreateKeyRequest.newBuilder().setNodeId(organization.getId()).setName("a try").build();
    return AnyCall.outcome(operator.keyServiceChannel(), create, request, key.text())
        .equals(AnyCall.LET_THROUGH);
  }

  private static List<MethodDescriptor<?, ?>> methods(Channel channel) {
    List<MethodDescriptor<?, ?>> methods = new ArrayList<>();
    for (String service : services(channel)) {
      methods.addAll(descriptor(service).getMethods());
    }
    return methods;
  }

  /** The services of ours that a server says it serves. */
  private static List<String> services(Channel channel) {
    BlockingQueue<List<String>> answers = new LinkedBlockingQueue<>();
    StreamObserver<ServerReflectionRequest> question =
        ServerReflectionGrpc.newStub(channel)
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(io.grpc.reflection.v1.ServerReflectionResponse response) {
                    answers.add(
                        response.getListServicesResponse().getServiceList().stream()
                            .map(ServiceResponse::getName)
                            .filter(name -> name.startsWith("latchkey."))
                            .toList());
                  }

                  @Override
                  public void onError(Throwable thrown) {
                    answers.add(List.of());
                  }

                  @Override
                  public void onCompleted() {}
                });
    question.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    try {
      List<String> services = answers.poll(20, TimeUnit.SECONDS);
      question.onCompleted();
      assertThat(services).as("the server tells what it serves").isNotEmpty();
      return services;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static ServiceDescriptor descriptor(String service) {
    String type = "dev.latchkey.proto." + service.substring("latchkey.".length()) + "Grpc";
    try {
      return (ServiceDescriptor) Class.forName(type).getMethod("getServiceDescriptor").invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no stub of " + service, e);
    }
  }
}
