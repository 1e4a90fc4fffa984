package dev.latchkey.tenancy.node;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes to list.
 *
 * @param parentId the node whose children are listed; null for organizations
 * @param after the last id of the page before; null for the first page
 * @param size how many at most
 * @param showDeleted whether deleted and expired ones are listed too
 */
public record Query(
    Level level, @Nullable UUID parentId, @Nullable UUID after, int size, boolean showDeleted) {}
