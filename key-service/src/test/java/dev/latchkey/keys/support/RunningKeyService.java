package dev.latchkey.keys.support;

import dev.latchkey.keys.Application;
import dev.latchkey.keys.KeyServiceSettings;
import dev.latchkey.keys.tenancy.Members;
import dev.latchkey.keys.tenancy.TenancyModel;
import dev.latchkey.kit.access.Role;
import dev.latchkey.kit.grpc.Channels;
import dev.latchkey.kit.grpc.ServiceCredential;
import dev.latchkey.kit.runtime.ServiceHost;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc.AuthenticationServiceBlockingStub;
import dev.latchkey.proto.keys.v1.CreateKeyRequest;
import dev.latchkey.proto.keys.v1.CreateKeyResponse;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.keys.v1.KeyServiceGrpc;
import dev.latchkey.proto.keys.v1.KeyServiceGrpc.KeyServiceBlockingStub;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A whole key-service on a free port, with its database and a tenancy to follow. */
public final class RunningKeyService implements AutoCloseable {
  private final StandInTenancy tenancy;
  private final MovableClock clock;
  private final String databaseUrl;
  private final Path secrets;
  private final boolean alone;
  private final ServiceHost host;
  private final ManagedChannel channel;

  public RunningKeyService() {
    this(Map.of());
  }

  /** With some settings beside those that every test needs. */
  public RunningKeyService(Map<String, String> more, Object... beans) {
    this(
        new StandInTenancy(),
        new MovableClock(),
        TestDatabases.create(),
        newSecrets(),
        true,
        more,
        beans);
  }

  /** Another node of a service: with the same database, tenancy, clock and secrets. */
  public static RunningKeyService beside(RunningKeyService first) {
    return beside(first, Map.of());
  }

  /** Another node with some settings of its own, and some beans beside the service's. */
  public static RunningKeyService beside(
      RunningKeyService first, Map<String, String> more, Object... beans) {
    return new RunningKeyService(
        first.tenancy, first.clock, first.databaseUrl, first.secrets, false, more, beans);
  }

  /** Several nodes that are started at the same moment, on an empty database. */
  public static List<RunningKeyService> together(int nodes) {
    StandInTenancy tenancy = new StandInTenancy();
    MovableClock clock = new MovableClock();
    String databaseUrl = TestDatabases.create();
    Path secrets = newSecrets();
    List<CompletableFuture<RunningKeyService>> starting =
        IntStream.range(0, nodes)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () ->
                            new RunningKeyService(
                                tenancy, clock, databaseUrl, secrets, i == 0, Map.of()),
                        task -> Thread.ofPlatform().start(task)))
            .toList();
    return starting.stream().map(CompletableFuture::join).toList();
  }

  /** Another node, which finds the tenancy behind a door of its own. */
  public static RunningKeyService beside(RunningKeyService first, StandInTenancy.Door door) {
    return new RunningKeyService(
        first.tenancy,
        first.clock,
        first.databaseUrl,
        first.secrets,
        false,
        Map.of("LATCHKEY_TENANT_SERVICE", door.target()));
  }

  /** On a database of the caller's, beside those settings that every test needs. */
  public static RunningKeyService on(
      String databaseUrl, Map<String, String> more, Object... beans) {
    return new RunningKeyService(
        new StandInTenancy(), new MovableClock(), databaseUrl, newSecrets(), true, more, beans);
  }

  /** With a database behind a proxy. */
  public static RunningKeyService behind(DatabaseProxy proxy, Map<String, String> more) {
    return new RunningKeyService(
        new StandInTenancy(), new MovableClock(), proxy.url(), newSecrets(), true, more);
  }

  private static Path newSecrets() {
    try {
      return Files.createTempDirectory("latchkey-secrets");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private RunningKeyService(
      StandInTenancy tenancy,
      MovableClock clock,
      String databaseUrl,
      Path secrets,
      boolean alone,
      Map<String, String> more,
      Object... beans) {
    this.tenancy = tenancy;
    this.clock = clock;
    this.databaseUrl = databaseUrl;
    this.secrets = secrets;
    this.alone = alone;
    Map<String, String> environment = new HashMap<>();
    environment.put("LATCHKEY_KEY_SERVICE_PORT", "0");
    environment.put("LATCHKEY_KEY_SERVICE_OPERATIONS_PORT", "0");
    environment.put("LATCHKEY_KEYS_DATABASE_URL", databaseUrl);
    environment.putIfAbsent("LATCHKEY_TENANT_SERVICE", tenancy.target());
    environment.put("LATCHKEY_SECRETS_DIR", secrets.toString());
    environment.putAll(more);
    ServiceHost.Plan plan = Application.plan(KeyServiceSettings.read(environment));
    host =
        ServiceHost.start(
            new ServiceHost.Plan(
                plan.name(),
                plan.grpc(),
                plan.operations(),
                plan.database(),
                plan.server(),
                Stream.concat(plan.beans().stream(), Stream.of(beans)).toList(),
                clock));
    channel = Channels.open("127.0.0.1:" + host.port());
  }

  public StandInTenancy tenancy() {
    return tenancy;
  }

  public MovableClock clock() {
    return clock;
  }

  public ManagedChannel channel() {
    return channel;
  }

  public ServiceHost host() {
    return host;
  }

  public String databaseUrl() {
    return databaseUrl;
  }

  public Connection database() throws SQLException {
    return DriverManager.getConnection(databaseUrl, "postgres", "");
  }

  /** Cuts every connection to the database, and lets none in. */
  public void loseDatabase() {
    TestDatabases.lose(databaseUrl);
  }

  /** Lets connections in again. */
  public void restoreDatabase() {
    TestDatabases.restore(databaseUrl);
  }

  /** The text of a platform key from its file. */
  public Secret platformKey(String role) {
    try {
      return Secret.of(Files.readString(secrets.resolve(role + ".key")).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Calls with the operator's key. */
  public KeyServiceBlockingStub keys() {
    return keys(platformKey("operator"));
  }

  public KeyServiceBlockingStub keys(Secret key) {
    return KeyServiceGrpc.newBlockingStub(channel).withCallCredentials(ServiceCredential.of(key));
  }

  /** Calls with the edge's key. */
  public AuthenticationServiceBlockingStub authentication() {
    return AuthenticationServiceGrpc.newBlockingStub(channel)
        .withCallCredentials(ServiceCredential.of(platformKey("edge")));
  }

  public AuthenticateResponse authenticate(String credential) {
    return authentication()
        .authenticate(AuthenticateRequest.newBuilder().setCredential(credential).build());
  }

  /** The reason a credential is denied for; UNSPECIFIED when it is allowed. */
  public DenialReason denial(String credential) {
    return authenticate(credential).getDenied().getReason();
  }

  /** A new key of a node, with some scopes. */
  public CreateKeyResponse create(String nodeId, String... scopes) {
    CreateKeyRequest.Builder request =
        CreateKeyRequest.newBuilder().setNodeId(nodeId).setName("a key");
    for (String scope : scopes) {
      request.addScopes(scope);
    }
    return keys().createKey(request.build());
  }

  /** Returns once the service has a user with a role at a node, or none. */
  public void awaitRole(String userId, String nodeId, @Nullable Role role) {
    Members members = host.context().getBean(Members.class);
    TenancyModel model = host.context().getBean(TenancyModel.class);
    List<UUID> lineage = model.require(UUID.fromString(nodeId)).ids();
    Conditions.await(
        "the role " + role,
        () ->
            members
                .get(UUID.fromString(userId))
                .view()
                .roleAt(lineage)
                .equals(Optional.ofNullable(role)));
  }

  /** A new user with a role at a node, known to the service. */
  public String member(String organizationId, String nodeId, Role role) {
    String id = tenancy.user(organizationId).getId();
    tenancy.grant(id, nodeId, role.toMessage());
    awaitRole(id, nodeId, role);
    return id;
  }

  /** The secret of a new key that acts for a member. */
  public Secret memberKey(String userId, String nodeId, String... scopes) {
    return Secret.of(createFor(userId, nodeId, scopes).getSecret());
  }

  /** A new key that acts for a member. */
  public CreateKeyResponse createFor(String userId, String nodeId, String... scopes) {
    return keys()
        .createKey(
            CreateKeyRequest.newBuilder()
                .setNodeId(nodeId)
                .setName("a member's key")
                .setOwnerUserId(userId)
                .addAllScopes(List.of(scopes))
                .build());
  }

  @Override
  public void close() {
    channel.shutdownNow();
    host.close();
    if (alone) {
      tenancy.close();
      deleteSecrets();
    }
  }

  private void deleteSecrets() {
    try (Stream<Path> files = Files.walk(secrets)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
