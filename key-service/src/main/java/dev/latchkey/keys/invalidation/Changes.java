package dev.latchkey.keys.invalidation;

import dev.latchkey.keys.feed.KeyChange;
import dev.latchkey.keys.tenancy.ChangedTenancy;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What has changed, for caches. Immutable.
 *
 * @param keys the changed keys
 * @param nodes the changed nodes of the tenancy, each with the ids from the organization down
 * @param users users who, or whose roles, were changed
 * @param foreignKeys whether keys of other systems came in
 * @param everything whether more has changed than is named here
 */
record Changes(
    Set<UUID> keys,
    Map<UUID, List<UUID>> nodes,
    Set<UUID> users,
    boolean foreignKeys,
    boolean everything) {
  /** More cannot be named in one message. */
  private static final int MOST = 10_000;

  static final Changes NONE = new Changes(Set.of(), Map.of(), Set.of(), false, false);
  static final Changes EVERYTHING = new Changes(Set.of(), Map.of(), Set.of(), false, true);

  Changes {
    keys = Set.copyOf(keys);
    nodes = Map.copyOf(nodes);
    users = Set.copyOf(users);
  }

  static Changes ofKeys(Collection<KeyChange> changes) {
    Set<UUID> keys = new HashSet<>();
    boolean foreign = false;
    for (KeyChange change : changes) {
      keys.addAll(change.keyIds());
      foreign |= change.foreignKeys();
    }
    return bounded(new Changes(keys, Map.of(), Set.of(), foreign, false));
  }

  /** A changed plan concerns organizations that cannot be named cheaply. */
  static Changes of(ChangedTenancy changed) {
    return changed.plans()
        ? EVERYTHING
        : bounded(new Changes(Set.of(), changed.nodes(), changed.users(), false, false));
  }

  private static Changes bounded(Changes changes) {
    return changes.size() > MOST ? EVERYTHING : changes;
  }

  int size() {
    return keys.size() + nodes.size() + users.size();
  }

  boolean isEmpty() {
    return size() == 0 && !foreignKeys && !everything;
  }

  Changes with(Changes more) {
    if (isEmpty()) {
      return more;
    }
    if (more.isEmpty()) {
      return this;
    }
    if (everything || more.everything) {
      return EVERYTHING;
    }
    Set<UUID> allKeys = new HashSet<>(keys);
    allKeys.addAll(more.keys);
    Map<UUID, List<UUID>> allNodes = new HashMap<>(nodes);
    allNodes.putAll(more.nodes);
    Set<UUID> allUsers = new HashSet<>(users);
    allUsers.addAll(more.users);
    return bounded(
        new Changes(allKeys, allNodes, allUsers, foreignKeys || more.foreignKeys, false));
  }
}
