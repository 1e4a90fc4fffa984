package dev.latchkey.keys.decision;

import java.util.UUID;

/** A known key that is nothing else. */
public record PlainKey(UUID id, Validity validity, KeyTerms terms) implements KnownKey {}
