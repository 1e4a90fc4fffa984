package dev.latchkey.keys.credits;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * An account as it stands after a decision.
 *
 * @param nodeId the node it belongs to; empty where it is the key's own
 * @param remaining what is left, apart from what other nodes of the service hold
 */
public record CreditReading(Optional<UUID> nodeId, long remaining, Optional<Instant> nextRefill) {}
