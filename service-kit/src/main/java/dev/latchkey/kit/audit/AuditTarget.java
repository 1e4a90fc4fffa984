package dev.latchkey.kit.audit;

import java.util.List;
import java.util.UUID;

/**
 * What a change was made to.
 *
 * @param type the kind of the resource: {@code key}, {@code project}, {@code user}
 * @param lineage the ids from the organization down to the node it belongs to; empty for what
 *     belongs to the platform
 */
public record AuditTarget(String type, UUID id, List<UUID> lineage) {
  public AuditTarget {
    lineage = List.copyOf(lineage);
    if (lineage.size() > AuditStore.LEVELS) {
      throw new IllegalArgumentException("a lineage of " + lineage.size());
    }
  }
}
