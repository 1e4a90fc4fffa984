package dev.latchkey.tenancy.member;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.latchkey.kit.access.Owner;
import dev.latchkey.kit.access.Role;
import dev.latchkey.proto.tenancy.v1.AccessEntry;
import dev.latchkey.tenancy.caller.OwnerRoles;
import dev.latchkey.tenancy.testing.Api;
import dev.latchkey.tenancy.testing.Deployment;
import dev.latchkey.tenancy.testing.Refusal;
import dev.latchkey.tenancy.testing.Tree;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random changes of random roles in random trees, against a reference that walks up the tree. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RandomRolesTest {
  private static final List<Role> ROLES = List.of(Role.values());
  private static final int USERS = 6;
  private static final int CHANGES = 60;
  private static final int BETWEEN_CHECKS = 15;

  @AutoClose private final Deployment deployment = new Deployment();
  private final Api operator = deployment.asOperator();

  /** What should be so, said as plainly as can be. */
  private static final class Reference {
    private final Map<String, String> parents = new HashMap<>();
    private final Map<String, Map<String, Role>> granted = new HashMap<>();
    private final Set<String> deleted = new HashSet<>();

    Optional<Role> roleAt(String user, String node) {
      Role best = null;
      for (@Nullable String at = node; at != null; at = parents.get(at)) {
        Role role = granted.getOrDefault(at, Map.of()).get(user);
        if (role != null && (best == null || role.compareTo(best) > 0)) {
          best = role;
        }
      }
      return Optional.ofNullable(best);
    }

    List<String> lineage(String node) {
      List<String> ids = new ArrayList<>();
      for (@Nullable String at = node; at != null; at = parents.get(at)) {
        ids.addFirst(at);
      }
      return ids;
    }

    boolean isLastOwner(String user, String organization) {
      Map<String, Role> there = granted.getOrDefault(organization, Map.of());
      return there.get(user) == Role.OWNER
          && there.values().stream().filter(role -> role == Role.OWNER).count() == 1;
    }

    void set(String user, String node, @Nullable Role role) {
      Map<String, Role> there = granted.computeIfAbsent(node, id -> new HashMap<>());
      if (role == null) {
        there.remove(user);
      } else {
        there.put(user, role);
      }
    }

    void delete(String user) {
      deleted.add(user);
      granted.values().forEach(there -> there.remove(user));
    }
  }

  private List<String> tree(Random random, Reference reference, String organization) {
    List<String> nodes = new ArrayList<>(List.of(organization));
    for (int i = 0; i < 3; i++) {
      String project = deployment.project(organization);
      reference.parents.put(project, organization);
      nodes.add(project);
      for (int j = random.nextInt(3); j > 0; j--) {
        String environment = deployment.environment(project);
        reference.parents.put(environment, project);
        nodes.add(environment);
        for (int k = random.nextInt(3); k > 0; k--) {
          String workspace = deployment.workspace(environment);
          reference.parents.put(workspace, environment);
          nodes.add(workspace);
        }
      }
    }
    return nodes;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 20261121, -7})
  void rolesAtEveryNode_areAsTheReferenceSays(long seed) {
    Random random = new Random(seed);
    Reference reference = new Reference();
    String organization = deployment.organization();
    List<String> nodes = tree(random, reference, organization);
    List<String> users = new ArrayList<>();
    for (int i = 0; i < USERS; i++) {
      users.add(deployment.user(organization));
    }

    for (int change = 1; change <= CHANGES; change++) {
      String user = users.get(random.nextInt(USERS));
      // Often at the top, where the last OWNER is.
      String node = random.nextInt(4) == 0 ? organization : nodes.get(random.nextInt(nodes.size()));
      change(random, reference, organization, user, node);
      if (change % BETWEEN_CHECKS == 0) {
        nodes.forEach(each -> check(reference, each, users, 1 + random.nextInt(USERS)));
      }
    }
  }

  private void change(
      Random random, Reference reference, String organization, String user, String node) {
    boolean last = reference.isLastOwner(user, organization);
    int kind = random.nextInt(20);
    if (kind == 0) {
      boolean refused = refused(last, "DeleteUser", "id", user);
      if (!refused) {
        reference.delete(user);
      }
    } else if (kind < 6) {
      if (reference.granted.getOrDefault(node, Map.of()).containsKey(user)
          && !refused(
              last && node.equals(organization), "RevokeRole", "node_id", node, "user_id", user)) {
        reference.set(user, node, null);
      }
    } else if (!reference.deleted.contains(user)) {
      Role role = ROLES.get(random.nextInt(ROLES.size()));
      boolean leaves = last && node.equals(organization) && role != Role.OWNER;
      if (!refused(
          leaves, "GrantRole", "node_id", node, "user_id", user, "role", role.toMessage())) {
        reference.set(user, node, role);
      }
    }
  }

  /** Makes a call that is to be refused as one that removes the last OWNER, or not at all. */
  private boolean refused(boolean expected, String call, Object... fields) {
    try {
      operator.call(call, fields);
      assertThat(expected).as("the last OWNER is gone").isFalse();
    } catch (StatusRuntimeException refusal) {
      assertThat(expected).as("%s", refusal).isTrue();
      assertThat(Refusal.of(refusal).reason()).isEqualTo("LAST_OWNER");
    }
    return expected;
  }

  private void check(Reference reference, String node, List<String> users, int pageSize) {
    Map<String, AccessEntry> entries = access(node, pageSize);
    List<UUID> lineage = reference.lineage(node).stream().map(UUID::fromString).toList();
    OwnerRoles roles = deployment.bean(OwnerRoles.class);
    for (String user : users) {
      Optional<Role> expected = reference.roleAt(user, node);
      UUID id = UUID.fromString(user);

      assertThat(new Owner(id, roles.of(id)).roleAt(lineage)).isEqualTo(expected);
      AccessEntry entry = entries.get(user);
      assertThat(entry == null ? Optional.empty() : Role.of(entry.getRole())).isEqualTo(expected);
      if (entry != null) {
        assertThat(entry.getMembershipsList())
            .extracting(membership -> membership.getNode().getId())
            .containsExactlyElementsOf(
                reference.lineage(node).stream()
                    .filter(at -> reference.granted.getOrDefault(at, Map.of()).containsKey(user))
                    .toList());
      }
    }
    assertThat(users).containsAll(entries.keySet());
  }

  private Map<String, AccessEntry> access(String node, int pageSize) {
    Map<String, AccessEntry> entries = new HashMap<>();
    String token = "";
    do {
      Message page =
          operator.send(
              "ListAccess",
              Api.filled(
                  "ListAccess", "node_id", node, "page_size", pageSize, "page_token", token));
      List<Message> items = Tree.items(page);
      assertThat(items.size()).isLessThanOrEqualTo(pageSize);
      for (Message item : items) {
        AccessEntry entry = (AccessEntry) item;
        assertThat(entries.put(entry.getUser().getId(), entry)).isNull();
      }
      token = Api.text(page, "next_page_token");
    } while (!token.isEmpty());
    return entries;
  }
}
