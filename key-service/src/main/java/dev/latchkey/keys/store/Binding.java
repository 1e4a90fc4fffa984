package dev.latchkey.keys.store;

import dev.latchkey.keys.tenancy.Level;
import dev.latchkey.keys.tenancy.Lineage;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Where a key is bound, for good.
 *
 * @param level the level of its node
 * @param lineage the ids from the organization down to the node itself; empty for the platform
 */
public record Binding(Level level, List<UUID> lineage) {
  /** The binding of the deployment's own keys. */
  public static final Binding PLATFORM = new Binding(Level.PLATFORM, List.of());

  public Binding {
    lineage = List.copyOf(lineage);
    if (lineage.size() != level.depth()) {
      throw new IllegalArgumentException(level + " with a lineage of " + lineage.size());
    }
  }

  /** The binding of a key of this node. */
  public static Binding of(Lineage lineage) {
    return new Binding(lineage.level(), lineage.ids());
  }

  /** The node itself; empty for the platform. */
  public Optional<UUID> nodeId() {
    return lineage.isEmpty() ? Optional.empty() : Optional.of(lineage.getLast());
  }
}
