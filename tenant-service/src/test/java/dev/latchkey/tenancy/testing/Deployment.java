package dev.latchkey.tenancy.testing;

import com.google.protobuf.Message;
import dev.latchkey.kit.access.Scopes;
import dev.latchkey.kit.database.DatabaseSettings;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.grpc.Channels;
import dev.latchkey.kit.runtime.Listener;
import dev.latchkey.kit.runtime.ServerSettings;
import dev.latchkey.kit.runtime.ServiceHost;
import dev.latchkey.kit.settings.Setting;
import dev.latchkey.kit.tls.TlsSettings;
import dev.latchkey.proto.access.v1.Role;
import dev.latchkey.proto.tenancy.v1.NodeLevel;
import dev.latchkey.tenancy.Application;
import dev.latchkey.tenancy.change.ChangeLog;
import dev.latchkey.tenancy.settings.TenantServiceSettings;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The tenant service on a fresh database, real from socket to disk, beside a stand-in of the key
 * service. More nodes can be started on the same database.
 */
public final class Deployment implements AutoCloseable {
  private static final AtomicInteger SLUGS = new AtomicInteger();

  private final DatabaseSettings database = TestDatabases.create();
  private final KeyServiceStandIn keys = new KeyServiceStandIn();
  private final TestClock clock = new TestClock();
  private final Path serviceKey = serviceKey();
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final String operatorKey =
      keys.platformKey(
          Scopes.TENANCY_READ, Scopes.TENANCY_WRITE, Scopes.MEMBERS_WRITE, Scopes.AUDIT_READ);
  private final Duration expirySweepInterval;
  private final Node first;

  /** A deployment that sweeps expired environments only when a test asks for it. */
  public Deployment() {
    this(Duration.ofHours(1));
  }

  /** A deployment that sweeps expired environments as often as said. */
  public Deployment(Duration expirySweepInterval) {
    this.expirySweepInterval = expirySweepInterval;
    this.first = startNode();
  }

  /** One running service and the way to it. */
  public final class Node {
    private final ServiceHost host;
    private final ManagedChannel channel;

    private Node(ServiceHost host) {
      this.host = host;
      this.channel = Channels.open("127.0.0.1:" + host.port());
    }

    public ServiceHost host() {
      return host;
    }

    /** A connection to it, without a key. */
    public ManagedChannel channel() {
      return channel;
    }

    /** The service as the holder of a key sees it; null for no key. */
    public Api as(@Nullable String key) {
      return new Api(channel, key);
    }

    public Api asOperator() {
      return as(operatorKey);
    }
  }

  /** Starts one more service on the same database. */
  public Node startNode() {
    Listener any = new Listener("127.0.0.1", 0, new Setting("PORT", null, "Any."));
    Node node = new Node(ServiceHost.start(planListening(any, any)));
    parts.push(node.host());
    parts.push(node.channel::shutdownNow);
    return node;
  }

  /** A service on the same database that has yet to be started. */
  public ServiceHost.Plan planListening(Listener grpc, Listener operations) {
    return Application.plan(
            new TenantServiceSettings(
                grpc,
                operations,
                database,
                serviceKey,
                keys.target(),
                expirySweepInterval,
                Duration.ofHours(24),
                new ServerSettings(TlsSettings.NONE, Duration.ofMinutes(5), Duration.ZERO)))
        .withClock(clock);
  }

  private static Path serviceKey() {
    try {
      Path file = Files.createTempFile("tenant-service", ".key");
      file.toFile().deleteOnExit();
      return Files.writeString(file, KeyServiceStandIn.SERVICE_KEY + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The operator's key. */
  public String operatorKey() {
    return operatorKey;
  }

  public KeyServiceStandIn keys() {
    return keys;
  }

  public TestClock clock() {
    return clock;
  }

  public Node node() {
    return first;
  }

  public Api asOperator() {
    return first.asOperator();
  }

  public Api as(@Nullable String key) {
    return first.as(key);
  }

  /** A bean of the first service. */
  public <T> T bean(Class<T> type) {
    return first.host().context().getBean(type);
  }

  public Transactions transactions() {
    return bean(Transactions.class);
  }

  /** The newest revision of the change log. */
  public long newestRevision() {
    return transactions().read(bean(ChangeLog.class)::newest);
  }

  /** A slug that no test had before. */
  public static String newSlug() {
    return "s" + SLUGS.incrementAndGet();
  }

  /** An email that no test had before. */
  public static String newEmail() {
    return newSlug() + "@example.com";
  }

  /** A new user's id. */
  public String user(String organization) {
    return Api.id(
        asOperator().call("CreateUser", "organization_id", organization, "email", newEmail()));
  }

  /** Grants a role and gives the membership. */
  public Message grant(String user, Role role, String node) {
    return asOperator().call("GrantRole", "node_id", node, "user_id", user, "role", role);
  }

  /** The service as a member sees it whose key is bound to an organization and has every scope. */
  public Api asMember(String user, String organization) {
    return as(
        keys.memberKey(
            user,
            NodeLevel.NODE_LEVEL_ORGANIZATION,
            organization,
            Scopes.RESERVED.toArray(String[]::new)));
  }

  /** The same for a new user with a role at a node of the organization. */
  public Api asNewMember(Role role, String node, String organization) {
    String user = user(organization);
    grant(user, role, node);
    return asMember(user, organization);
  }

  /** A new organization's id. */
  public String organization() {
    return Api.id(asOperator().call("CreateOrganization", "slug", newSlug()));
  }

  /** A new project's id. */
  public String project(String organization) {
    return Api.id(
        asOperator().call("CreateProject", "organization_id", organization, "slug", newSlug()));
  }

  /** A new environment's id. */
  public String environment(String project) {
    return Api.id(asOperator().call("CreateEnvironment", "project_id", project, "slug", newSlug()));
  }

  /** A new workspace's id. */
  public String workspace(String environment) {
    return Api.id(
        asOperator().call("CreateWorkspace", "environment_id", environment, "slug", newSlug()));
  }

  @Override
  public void close() throws Exception {
    while (!parts.isEmpty()) {
      parts.pop().close();
    }
    keys.close();
  }
}
