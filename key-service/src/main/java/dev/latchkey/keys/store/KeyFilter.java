package dev.latchkey.keys.store;

import dev.latchkey.keys.decision.KeyState;
import java.util.Optional;

/**
 * Which keys a list shows. Empty fields do not narrow it.
 *
 * @param within the node whose keys are listed; empty for the whole deployment
 * @param includeDescendants whether keys of nodes below it are listed too
 * @param nameContains a part of the name, without regard to case
 * @param prefix the beginning of the visible prefix
 * @param lastCharacters the end of the text
 */
public record KeyFilter(
    Optional<Binding> within,
    boolean includeDescendants,
    Optional<KeyState> state,
    String nameContains,
    String prefix,
    String lastCharacters) {}
