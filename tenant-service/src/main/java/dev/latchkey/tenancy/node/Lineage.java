package dev.latchkey.tenancy.node;

import dev.latchkey.tenancy.change.Refusals;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A node with all above it, and so all that it inherits.
 *
 * @param nodes from the organization down to the node itself
 */
public record Lineage(List<Node> nodes) {
  public Lineage {
    nodes = List.copyOf(nodes);
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i).level().depth() != i) {
        throw new IllegalArgumentException("a level is missing above " + nodes.getLast().id());
      }
    }
  }

  /** The node itself. */
  public Node node() {
    return nodes.getLast();
  }

  /** The ids of the node and of all above it, from the top. */
  public List<UUID> ids() {
    return nodes.stream().map(Node::id).toList();
  }

  /** The strictest of the states of the node and of all above it. */
  public NodeState effectiveState(Instant now) {
    return nodes.stream()
        .map(node -> node.stateAt(now))
        .reduce(NodeState.ACTIVE, NodeState::strictest);
  }

  /** The key format set nearest to the node, on it or above; empty where none is set. */
  public Optional<KeyFormat> effectiveKeyFormat() {
    return nodes.reversed().stream()
        .map(node -> node.settings().keyFormat())
        .filter(Objects::nonNull)
        .findFirst();
  }

  /** The organization, which is at the top of every lineage. */
  public Lineage organization() {
    return new Lineage(nodes.subList(0, 1));
  }

  /** Throws {@code NODE_NOT_LIVE} if the node or one above it is deleted or has expired. */
  public void requireLive(Instant now) {
    firstNotLive(now)
        .ifPresent(
            node -> {
              throw Refusals.notLive(node.level().typeName(), node.id());
            });
  }

  /** The topmost node that is deleted or has expired. */
  Optional<Node> firstNotLive(Instant now) {
    return nodes.stream().filter(node -> node.stateAt(now) == NodeState.DELETED).findFirst();
  }

  /**
   * The lineage of a node.
   *
   * @param parent that of the node above; null at the top
   */
  static Lineage of(@Nullable Lineage parent, Node node) {
    List<Node> nodes = new ArrayList<>(parent == null ? List.of() : parent.nodes());
    nodes.add(node);
    return new Lineage(nodes);
  }

  /** The same with the node itself as it now stands. */
  Lineage with(Node changed) {
    List<Node> others = new ArrayList<>(nodes.subList(0, nodes.size() - 1));
    others.add(changed);
    return new Lineage(others);
  }
}
