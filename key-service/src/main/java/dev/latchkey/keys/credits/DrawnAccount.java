package dev.latchkey.keys.credits;

import java.util.Optional;
import java.util.UUID;

/**
 * An account that a key draws from.
 *
 * @param nodeId the node it belongs to; empty where it is the key's own
 */
public record DrawnAccount(UUID accountId, Optional<UUID> nodeId) {}
