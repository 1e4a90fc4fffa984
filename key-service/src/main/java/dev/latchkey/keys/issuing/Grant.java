package dev.latchkey.keys.issuing;

import dev.latchkey.keys.decision.ScopePolicy;
import dev.latchkey.kit.access.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a key is to be granted, and where.
 *
 * @param lineage the ids from the organization down to the key's node; empty for the platform
 * @param policy what the key's project says of scopes
 * @param owner the role of the key's owner at its node; null for a service key
 * @param scopes the key's own scopes
 * @param roles the names of its key roles
 */
record Grant(
    List<UUID> lineage,
    ScopePolicy policy,
    @Nullable Role owner,
    List<String> scopes,
    List<String> roles) {

  /** The scopes of both kinds, as they are at the moment. */
  List<String> texts() {
    List<String> texts = new ArrayList<>(scopes);
    roles.forEach(role -> policy.role(role).ifPresent(texts::addAll));
    return texts;
  }
}
