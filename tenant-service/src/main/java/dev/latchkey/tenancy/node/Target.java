package dev.latchkey.tenancy.node;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The node that a change is asked for.
 *
 * @param expectedVersion the version it must have; null if the caller does not mind
 */
public record Target(Level level, UUID id, @Nullable Long expectedVersion) {}
