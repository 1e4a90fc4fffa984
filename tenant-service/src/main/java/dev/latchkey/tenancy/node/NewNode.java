package dev.latchkey.tenancy.node;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A node to be made.
 *
 * @param parentId the node to make it below; null for an organization
 */
public record NewNode(Level level, @Nullable UUID parentId, String slug, Settings settings) {}
