package dev.latchkey.keys.decision;

import com.google.common.collect.Interner;
import com.google.common.collect.Interners;
import dev.latchkey.kit.access.Role;
import dev.latchkey.kit.access.Scopes;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a key may do at the moment: its own scopes and those of its roles, cut to its project's
 * catalogue and to what its owner may do. Latchkey's own scopes are not cut: the node that a
 * management call is about decides on them. Immutable; asking allocates nothing.
 */
public final class EffectiveScopes {
  /** Keys with the same scopes in one project have one object; see {@link #equals}. */
  private static final Interner<EffectiveScopes> KNOWN = Interners.newWeakInterner();

  private final List<String> texts;
  private final ScopePolicy policy;
  private final @Nullable Role owner;

  private EffectiveScopes(List<String> texts, ScopePolicy policy, @Nullable Role owner) {
    this.texts = texts;
    this.policy = policy;
    this.owner = owner;
  }

  /**
   * Computes them.
   *
   * @param granted the key's own scopes
   * @param roles the names of its key roles; one that the project does not have grants nothing
   * @param policy what its project says
   * @param owner its owner's role at its node; null for a key without an owner
   */
  public static EffectiveScopes of(
      Collection<String> granted,
      Collection<String> roles,
      ScopePolicy policy,
      @Nullable Role owner) {
    TreeSet<String> texts = new TreeSet<>(granted);
    for (String role : roles) {
      policy.role(role).ifPresent(texts::addAll);
    }
    texts.removeIf(text -> !Scopes.isReserved(text) && !policy.admitsSomeOf(text, owner));
    return KNOWN.intern(new EffectiveScopes(List.copyOf(texts), policy, owner));
  }

  /** The scopes of a key without an owner, where there is no catalogue. */
  public static EffectiveScopes of(Collection<String> granted) {
    return of(granted, List.of(), ScopePolicy.NONE, null);
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // Policies are told apart by identity: cheap, and enough.
  public boolean equals(@Nullable Object other) {
    return other instanceof EffectiveScopes scopes
        && scopes.policy == policy
        && scopes.owner == owner
        && scopes.texts.equals(texts);
  }

  @Override
  public int hashCode() {
    return texts.hashCode();
  }

  /** The granted texts that still cover something, sorted; a wildcard stays a wildcard. */
  public List<String> texts() {
    return texts;
  }

  /** Whether the key may do what needs a scope. */
  public boolean hold(String scope) {
    return (Scopes.isReserved(scope) || policy.admits(scope, owner)) && Scopes.cover(texts, scope);
  }
}
