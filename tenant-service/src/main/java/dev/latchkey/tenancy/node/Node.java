package dev.latchkey.tenancy.node;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One organization, project, environment or workspace with its own settings; what it inherits is
 * told by its {@link Lineage}.
 *
 * @param above the ids of the nodes above, from the top; as many as its level has levels above
 * @param slug unique among live siblings, never changes
 * @param state its own state; an environment whose time has passed counts as deleted in any state
 * @param deleteTime when it was deleted; null before
 * @param version counts its changes, from 1
 * @param revision the newest revision of the change log that touched it; 0 before the first
 */
public record Node(
    UUID id,
    Level level,
    List<UUID> above,
    String slug,
    Settings settings,
    NodeState state,
    Instant createTime,
    Instant updateTime,
    @Nullable Instant deleteTime,
    long version,
    long revision) {

  public Node {
    above = List.copyOf(above);
    if (above.size() != level.depth()) {
      throw new IllegalArgumentException(
          "%d ids above a node of level %s".formatted(above.size(), level));
    }
  }

  static Node created(
      UUID id, Level level, List<UUID> above, String slug, Settings settings, Instant now) {
    return new Node(id, level, above, slug, settings, NodeState.ACTIVE, now, now, null, 1, 0);
  }

  /** The id of the node of a level above; null for its own level and those below. */
  public @Nullable UUID idAbove(Level ancestor) {
    return ancestor.depth() < above.size() ? above.get(ancestor.depth()) : null;
  }

  /** The id of the node above; null at the top. */
  public @Nullable UUID parentId() {
    return above.isEmpty() ? null : above.getLast();
  }

  /** The ids from the organization down to the node itself. */
  public List<UUID> lineage() {
    List<UUID> ids = new ArrayList<>(above);
    ids.add(id);
    return ids;
  }

  /** Its state, with its end taken into account. */
  public NodeState stateAt(Instant now) {
    Instant end = settings.expireTime();
    return end != null && !now.isBefore(end) ? NodeState.DELETED : state;
  }

  Node with(Settings changed, Instant now) {
    return new Node(
        id, level, above, slug, changed, state, createTime, now, deleteTime, version + 1, revision);
  }

  /** The same, marked deleted as of its end. */
  Node expired(Instant now) {
    return new Node(
        id,
        level,
        above,
        slug,
        settings,
        NodeState.DELETED,
        createTime,
        now,
        settings.expireTime(),
        version + 1,
        revision);
  }

  Node with(NodeState changed, Instant now) {
    Instant deleted = changed == NodeState.DELETED ? now : null;
    return new Node(
        id, level, above, slug, settings, changed, createTime, now, deleted, version + 1, revision);
  }
}
