package dev.latchkey.keys.tenancy;

import dev.latchkey.proto.tenancy.v1.TenancyResource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Whom changes of the tenancy concern.
 *
 * @param nodes the changed nodes, each with the ids from the organization down to itself
 * @param users users who were changed, or whose roles were
 * @param plans whether a plan was changed: that concerns organizations that are not named
 */
public record ChangedTenancy(Map<UUID, List<UUID>> nodes, Set<UUID> users, boolean plans) {
  public ChangedTenancy {
    nodes = Map.copyOf(nodes);
    users = Set.copyOf(users);
  }

  /** Whom these changes concern. */
  public static ChangedTenancy of(List<TenancyResource> resources) {
    Map<UUID, List<UUID>> nodes = new HashMap<>();
    Set<UUID> users = new HashSet<>();
    boolean plans = false;
    for (TenancyResource resource : resources) {
      switch (resource.getResourceCase()) {
        case ORGANIZATION, PROJECT, ENVIRONMENT, WORKSPACE -> {
          NodeView node = TenancyViews.node(resource);
          nodes.put(node.id(), node.lineage());
        }
        case USER -> users.add(TenancyViews.user(resource).id());
        case MEMBERSHIP -> users.add(TenancyViews.membership(resource).userId());
        case PLAN -> plans = true;
        case RESOURCE_NOT_SET -> {}
      }
    }
    return new ChangedTenancy(nodes, users, plans);
  }
}
