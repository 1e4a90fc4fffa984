package dev.latchkey.keys.decision;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.latchkey.keys.support.RunningKeyService;
import dev.latchkey.keys.support.StandInTenancy;
import dev.latchkey.proto.access.v1.Role;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.CreateKeyRequest;
import dev.latchkey.proto.keys.v1.CreateKeyResponse;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.tenancy.v1.Environment;
import dev.latchkey.proto.tenancy.v1.KeyRole;
import dev.latchkey.proto.tenancy.v1.NodeState;
import dev.latchkey.proto.tenancy.v1.Organization;
import dev.latchkey.proto.tenancy.v1.Plan;
import dev.latchkey.proto.tenancy.v1.Project;
import dev.latchkey.proto.tenancy.v1.Scope;
import dev.latchkey.proto.tenancy.v1.ScopeCatalogue;
import dev.latchkey.proto.tenancy.v1.Workspace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Generated tenants with everything that is inherited, changed at random while their keys are used:
 * every answer is what {@link NaiveTenancy} works out from nothing.
 */
final class RandomTenancyTest {
  private static final int BRANCHES = 4;
  private static final int KEYS = 60;
  private static final int ROUNDS = 40;
  private static final int CHANGES = 4;
  private static final List<String> NETWORKS = List.of("10.0.0.0/8", "11.0.0.0/8", "12.0.0.0/8");
  private static final List<String> CLIENTS = List.of("10.1.2.3", "11.9.9.9", "12.0.0.1");
  private static final List<String> SCOPES = List.of("a:read", "a:write", "b:read");
  private static final List<String> GRANTS = List.of("a:read", "a:write", "b:read", "a:*", "*");

  private final NaiveTenancy reference = new NaiveTenancy();
  private final List<StandInTenancy.Branch> branches = new ArrayList<>();
  private final List<String> users = new ArrayList<>();
  private final List<CreateKeyResponse> keys = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(longs = {1, 20_261_121, 77})
  void everyAnswer_isWhatTheReferenceSays(long seed) {
    Random random = new Random(seed);
    Set<DenialReason> seen = EnumSet.noneOf(DenialReason.class);
    int allowed = 0;
    try (RunningKeyService service = new RunningKeyService()) {
      plant(service, random);
      for (int round = 0; round < ROUNDS; round++) {
        for (CreateKeyResponse key : keys) {
          AuthenticateRequest request = request(key, random);
          AuthenticateResponse answer = service.authentication().authenticate(request);
          Optional<DenialReason> expected = reference.denial(key.getKey(), request, Instant.now());
          Optional<DenialReason> given =
              answer.hasAllowed() ? Optional.empty() : Optional.of(answer.getDenied().getReason());
          assertThat(given)
              .as("seed %s, round %s: %s for %s", seed, round, request, key.getKey())
              .isEqualTo(expected);
          given.ifPresent(seen::add);
          allowed += given.isEmpty() ? 1 : 0;
        }
        for (int i = 0; i < CHANGES; i++) {
          change(service.tenancy(), random);
          reference.settle(keys.stream().map(CreateKeyResponse::getKey).toList());
        }
        sync(service);
      }
    }
    assertThat(allowed).as("the test has seen allowed keys").isGreaterThan(100);
    assertThat(seen).as("the test has seen every denial it is about").hasSize(7);
  }

  private void plant(RunningKeyService service, Random random) {
    for (int i = 0; i < BRANCHES; i++) {
      StandInTenancy.Branch branch = service.tenancy().branch("random-" + i);
      branches.add(branch);
      reference.plans.put(branch.plan().getId(), branch.plan());
      String organization = branch.organization().getId();
      put(service.tenancy(), branch.organization());
      put(
          service.tenancy(),
          branch.project().addKeyRoles(KeyRole.newBuilder().setName("reader").addScopes("a:read")));
      put(service.tenancy(), branch.environment());
      put(service.tenancy(), branch.workspace());
      String user = service.tenancy().user(organization).getId();
      users.add(user);
      grant(service.tenancy(), user, organization, Role.ROLE_MEMBER);
    }
    sync(service);
    for (int i = 0; i < KEYS; i++) {
      int at = random.nextInt(BRANCHES);
      keys.add(service.keys().createKey(key(at, random)));
    }
  }

  private CreateKeyRequest key(int at, Random random) {
    StandInTenancy.Branch branch = branches.get(at);
    int depth = random.nextInt(4);
    CreateKeyRequest.Builder key =
        CreateKeyRequest.newBuilder()
            .setNodeId(ids(branch).get(depth))
            .setName("random")
            .addAllScopes(some(GRANTS, 3, random))
            .addAllAllowedNetworks(random.nextInt(3) == 0 ? some(NETWORKS, 2, random) : List.of());
    if (depth > 0 && random.nextBoolean()) {
      key.addRoles("reader");
    }
    if (random.nextInt(3) == 0) {
      key.addResources("folder:/x/**");
    }
    if (random.nextBoolean()) {
      key.setOwnerUserId(users.get(at));
    }
    return key.build();
  }

  private static AuthenticateRequest request(CreateKeyResponse key, Random random) {
    return AuthenticateRequest.newBuilder()
        .setCredential(key.getSecret())
        .setClientAddress(one(CLIENTS, random))
        .addAllRequiredScopes(some(SCOPES, 5, random))
        .setResource(one(List.of("", "folder:/x/1", "folder:/y/1"), random))
        .build();
  }

  private void change(StandInTenancy tenancy, Random random) {
    int at = random.nextInt(BRANCHES);
    StandInTenancy.Branch branch = branches.get(at);
    NodeState state = random.nextInt(4) > 0 ? NodeState.NODE_STATE_ACTIVE : stopped(random);
    List<String> networks = random.nextInt(3) == 0 ? some(NETWORKS, 2, random) : List.of();
    switch (random.nextInt(7)) {
      case 0 -> {
        Plan plan = branch.plan().toBuilder().setApiAccess(random.nextInt(4) > 0).build();
        reference.plans.put(plan.getId(), plan);
        tenancy.put(plan);
      }
      case 1 ->
          put(
              tenancy,
              branch
                  .organization()
                  .setState(state)
                  .clearAllowedNetworks()
                  .addAllAllowedNetworks(networks));
      case 2 ->
          put(
              tenancy,
              branch
                  .project()
                  .setState(state)
                  .clearAllowedNetworks()
                  .addAllAllowedNetworks(networks));
      case 3 -> put(tenancy, changedPolicy(branch.project(), random));
      case 4 ->
          put(
              tenancy,
              branch
                  .environment()
                  .setState(state)
                  .setExpireTime(
                      Timestamp.newBuilder()
                          .setSeconds(
                              Instant.now().getEpochSecond()
                                  + (random.nextInt(4) > 0 ? 100_000 : -10))));
      case 5 ->
          put(
              tenancy,
              branch
                  .workspace()
                  .setState(state)
                  .clearAllowedNetworks()
                  .addAllAllowedNetworks(networks));
      default -> {
        List<String> nodes = random.nextBoolean() ? ids(branch) : ids(branch).subList(0, 1);
        changeRole(tenancy, users.get(at), one(nodes, random), random);
      }
    }
  }

  private void changeRole(StandInTenancy tenancy, String user, String node, Random random) {
    // Roles come more often than they go: who has lost one key for good has one to lose again.
    if (random.nextInt(3) > 0) {
      grant(
          tenancy,
          user,
          node,
          one(List.of(Role.ROLE_VIEWER, Role.ROLE_MEMBER, Role.ROLE_ADMIN), random));
    } else {
      reference.roles.getOrDefault(user, new java.util.HashMap<>()).remove(node);
      tenancy.revoke(user, node);
    }
  }

  private static Project.Builder changedPolicy(Project.Builder project, Random random) {
    project.clearScopeCatalogue().clearKeyRoles();
    if (random.nextBoolean()) {
      ScopeCatalogue.Builder catalogue = project.getScopeCatalogueBuilder();
      for (String scope : some(SCOPES, 2, random)) {
        catalogue.addScopes(
            Scope.newBuilder()
                .setName(scope)
                .setMinimumRole(
                    one(List.of(Role.ROLE_VIEWER, Role.ROLE_MEMBER, Role.ROLE_ADMIN), random)));
      }
    }
    return project.addKeyRoles(
        KeyRole.newBuilder().setName("reader").addAllScopes(some(SCOPES, 2, random)));
  }

  private void put(StandInTenancy tenancy, Organization.Builder node) {
    reference.organizations.put(node.getId(), node.build());
    tenancy.put(node.build());
  }

  private void put(StandInTenancy tenancy, Project.Builder node) {
    reference.projects.put(node.getId(), node.build());
    tenancy.put(node.build());
  }

  private void put(StandInTenancy tenancy, Environment.Builder node) {
    reference.environments.put(node.getId(), node.build());
    tenancy.put(node.build());
  }

  private void put(StandInTenancy tenancy, Workspace.Builder node) {
    reference.workspaces.put(node.getId(), node.build());
    tenancy.put(node.build());
  }

  private void grant(StandInTenancy tenancy, String user, String node, Role role) {
    reference.roles.computeIfAbsent(user, id -> new java.util.HashMap<>()).put(node, role);
    tenancy.grant(user, node, role);
  }

  /** Revisions come in order: when the last one has arrived, all have. */
  private void sync(RunningKeyService service) {
    String organization = branches.getFirst().organization().getId();
    var _ = service.member(organization, organization, dev.latchkey.kit.access.Role.VIEWER);
  }

  private static List<String> ids(StandInTenancy.Branch branch) {
    return List.of(
        branch.organization().getId(),
        branch.project().getId(),
        branch.environment().getId(),
        branch.workspace().getId());
  }

  private static NodeState stopped(Random random) {
    return random.nextBoolean() ? NodeState.NODE_STATE_SUSPENDED : NodeState.NODE_STATE_DELETED;
  }

  private static <T> T one(List<T> of, Random random) {
    return of.get(random.nextInt(of.size()));
  }

  /** Each with a chance of one in so many. */
  private static List<String> some(List<String> of, int oneIn, Random random) {
    return of.stream().filter(each -> random.nextInt(oneIn) == 0).toList();
  }
}
