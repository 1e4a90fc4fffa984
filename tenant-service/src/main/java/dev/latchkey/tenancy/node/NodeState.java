package dev.latchkey.tenancy.node;

/** What a node lets the keys below it do, from the most lenient to the strictest. */
public enum NodeState {
  ACTIVE,
  /** Can be resumed. */
  SUSPENDED,
  /** Final. */
  DELETED;

  /** The stricter of two. */
  public NodeState strictest(NodeState other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
