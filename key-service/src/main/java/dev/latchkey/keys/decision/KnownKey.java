package dev.latchkey.keys.decision;

import java.util.UUID;

/**
 * A key as decisions know it: everything but its secret, its hash and what only people read of it.
 * Immutable.
 */
public record KnownKey(UUID id, Validity validity, KeyTerms terms) {}
