package dev.latchkey.tenancy.node;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The levels of the tree, from the top; each has its nodes below those of the level before. */
public enum Level {
  ORGANIZATION(null),
  PROJECT(ORGANIZATION),
  ENVIRONMENT(PROJECT),
  WORKSPACE(ENVIRONMENT);

  private final @Nullable Level parent;
  private final int depth;

  Level(@Nullable Level parent) {
    this.parent = parent;
    this.depth = parent == null ? 0 : parent.depth + 1;
  }

  /** The level above; empty for the topmost. */
  public Optional<Level> parent() {
    return Optional.ofNullable(parent);
  }

  /** How many levels are above. */
  public int depth() {
    return depth;
  }

  /** The name as it stands in messages, fields and refusals: {@code organization}. */
  public String typeName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The name of a field that holds the id of a node of this level: {@code organization_id}. */
  public String idField() {
    return typeName() + "_id";
  }
}
