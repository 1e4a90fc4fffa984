package dev.latchkey.keys.store;

import dev.latchkey.keys.decision.KeyState;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which keys a list shows. Empty fields do not narrow it.
 *
 * @param within the node whose keys are listed; empty for the whole deployment
 * @param includeDescendants whether keys of nodes below it are listed too
 * @param owner only keys that act for this member; null for all
 * @param visible only keys that the caller may see
 * @param nameContains a part of the name, without regard to case
 * @param prefix the beginning of the visible prefix
 * @param lastCharacters the end of the text
 */
public record KeyFilter(
    Optional<Binding> within,
    boolean includeDescendants,
    @Nullable UUID owner,
    Visible visible,
    Optional<KeyState> state,
    String nameContains,
    String prefix,
    String lastCharacters) {

  /** Which of the keys that a list finds its caller may see. */
  public sealed interface Visible {}

  /** All of them. */
  public record All() implements Visible {}

  /**
   * A member's own, and all at and below some nodes.
   *
   * @param userId the member
   * @param everythingUnder where the member sees the keys of others too
   */
  public record OwnAndUnder(UUID userId, Set<UUID> everythingUnder) implements Visible {
    public OwnAndUnder {
      everythingUnder = Set.copyOf(everythingUnder);
    }
  }
}
