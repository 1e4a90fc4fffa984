package dev.latchkey.harness.platform;

import dev.latchkey.kit.grpc.Channels;
import dev.latchkey.kit.grpc.ServiceCredential;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc.AuthenticationServiceBlockingStub;
import dev.latchkey.proto.keys.v1.CreditServiceGrpc;
import dev.latchkey.proto.keys.v1.CreditServiceGrpc.CreditServiceBlockingStub;
import dev.latchkey.proto.keys.v1.KeyServiceGrpc;
import dev.latchkey.proto.keys.v1.KeyServiceGrpc.KeyServiceBlockingStub;
import dev.latchkey.proto.keys.v1.LeakServiceGrpc;
import dev.latchkey.proto.keys.v1.LeakServiceGrpc.LeakServiceBlockingStub;
import dev.latchkey.proto.keys.v1.UsageServiceGrpc;
import dev.latchkey.proto.keys.v1.UsageServiceGrpc.UsageServiceBlockingStub;
import dev.latchkey.proto.tenancy.v1.EnvironmentServiceGrpc;
import dev.latchkey.proto.tenancy.v1.EnvironmentServiceGrpc.EnvironmentServiceBlockingStub;
import dev.latchkey.proto.tenancy.v1.MembershipServiceGrpc;
import dev.latchkey.proto.tenancy.v1.MembershipServiceGrpc.MembershipServiceBlockingStub;
import dev.latchkey.proto.tenancy.v1.OrganizationServiceGrpc;
import dev.latchkey.proto.tenancy.v1.OrganizationServiceGrpc.OrganizationServiceBlockingStub;
import dev.latchkey.proto.tenancy.v1.PlanServiceGrpc;
import dev.latchkey.proto.tenancy.v1.PlanServiceGrpc.PlanServiceBlockingStub;
import dev.latchkey.proto.tenancy.v1.ProjectServiceGrpc;
import dev.latchkey.proto.tenancy.v1.ProjectServiceGrpc.ProjectServiceBlockingStub;
import dev.latchkey.proto.tenancy.v1.UserServiceGrpc;
import dev.latchkey.proto.tenancy.v1.UserServiceGrpc.UserServiceBlockingStub;
import dev.latchkey.proto.tenancy.v1.WorkspaceServiceGrpc;
import dev.latchkey.proto.tenancy.v1.WorkspaceServiceGrpc.WorkspaceServiceBlockingStub;
import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.AbstractBlockingStub;
import java.util.concurrent.TimeUnit;

/**
 * Clients of both gRPC services that call with one key. Calls wait for a service that is just
 * starting, and end after 30 seconds at the latest. Safe for use by many threads.
 */
public final class Clients implements AutoCloseable {
  private static final long LIMIT_SECONDS = 30;

  private final ManagedChannel keyService;
  private final ManagedChannel tenantService;
  private final CallCredentials credentials;

  private Clients(
      ManagedChannel keyService, ManagedChannel tenantService, CallCredentials credentials) {
    this.keyService = keyService;
    this.tenantService = tenantService;
    this.credentials = credentials;
  }

  /** Opens channels to both services, each {@code host:port}. */
  public static Clients open(String keyService, String tenantService, Secret key) {
    return open(keyService, tenantService, InsecureChannelCredentials.create(), key);
  }

  /** The same, over connections that are protected and proven so. */
  public static Clients open(
      String keyService, String tenantService, ChannelCredentials connections, Secret key) {
    return new Clients(
        Channels.open(keyService, connections, Channels.LARGEST_MESSAGE),
        Channels.open(tenantService, connections, Channels.LARGEST_MESSAGE),
        ServiceCredential.of(key));
  }

  /** The same services, called with another key; closing either closes both. */
  public Clients as(Secret key) {
    return new Clients(keyService, tenantService, ServiceCredential.of(key));
  }

  public KeyServiceBlockingStub keys() {
    return set(KeyServiceGrpc.newBlockingStub(keyService));
  }

  public AuthenticationServiceBlockingStub authentication() {
    return set(AuthenticationServiceGrpc.newBlockingStub(keyService));
  }

  public OrganizationServiceBlockingStub organizations() {
    return set(OrganizationServiceGrpc.newBlockingStub(tenantService));
  }

  public ProjectServiceBlockingStub projects() {
    return set(ProjectServiceGrpc.newBlockingStub(tenantService));
  }

  public EnvironmentServiceBlockingStub environments() {
    return set(EnvironmentServiceGrpc.newBlockingStub(tenantService));
  }

  public WorkspaceServiceBlockingStub workspaces() {
    return set(WorkspaceServiceGrpc.newBlockingStub(tenantService));
  }

  public PlanServiceBlockingStub plans() {
    return set(PlanServiceGrpc.newBlockingStub(tenantService));
  }

  public UserServiceBlockingStub users() {
    return set(UserServiceGrpc.newBlockingStub(tenantService));
  }

  public MembershipServiceBlockingStub memberships() {
    return set(MembershipServiceGrpc.newBlockingStub(tenantService));
  }

  public CreditServiceBlockingStub credits() {
    return set(CreditServiceGrpc.newBlockingStub(keyService));
  }

  public UsageServiceBlockingStub usage() {
    return set(UsageServiceGrpc.newBlockingStub(keyService));
  }

  public LeakServiceBlockingStub leaks() {
    return set(LeakServiceGrpc.newBlockingStub(keyService));
  }

  /** The audit log of key-service. */
  public dev.latchkey.proto.keys.v1.AuditServiceGrpc.AuditServiceBlockingStub keyAudit() {
    return set(dev.latchkey.proto.keys.v1.AuditServiceGrpc.newBlockingStub(keyService));
  }

  /** The audit log of tenant-service. */
  public dev.latchkey.proto.tenancy.v1.AuditServiceGrpc.AuditServiceBlockingStub tenancyAudit() {
    return set(dev.latchkey.proto.tenancy.v1.AuditServiceGrpc.newBlockingStub(tenantService));
  }

  /** The bare channel to key-service, for callers with stubs of their own. */
  public Channel keyServiceChannel() {
    return keyService;
  }

  /** The bare channel to tenant-service, for callers with stubs of their own. */
  public Channel tenantServiceChannel() {
    return tenantService;
  }

  /** What the calls prove themselves with. */
  public CallCredentials credentials() {
    return credentials;
  }

  private <T extends AbstractBlockingStub<T>> T set(T stub) {
    return stub.withCallCredentials(credentials).withWaitForReady().withInterceptors(new Limit());
  }

  @Override
  public void close() {
    keyService.shutdownNow();
    tenantService.shutdownNow();
  }

  /** Gives each call a deadline, counted from the call and not from the making of the stub. */
  private static final class Limit implements ClientInterceptor {
    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(
        MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
      return next.newCall(
          method,
          options.getDeadline() == null
              ? options.withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS)
              : options);
    }
  }
}
