package dev.latchkey.tenancy.member;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The place of a role that a change is asked for: a user at a node.
 *
 * @param expectedVersion the version the membership must have; null if the caller does not mind
 */
public record Grant(UUID nodeId, UUID userId, @Nullable Long expectedVersion) {}
