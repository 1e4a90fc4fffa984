package dev.latchkey.tenancy.member;

import java.util.List;
import java.util.UUID;

/**
 * A membership and where in the tree it is.
 *
 * @param lineage the ids from the organization down to its node
 */
public record Granted(Membership membership, List<UUID> lineage) {
  public Granted {
    lineage = List.copyOf(lineage);
  }
}
