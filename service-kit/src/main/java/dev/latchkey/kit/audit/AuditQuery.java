package dev.latchkey.kit.audit;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which events a list shows. What is null or empty does not narrow it.
 *
 * @param lineage the ids from the organization down to the node at or below which it happened
 * @param from the first instant
 * @param until the first instant that is too late
 */
record AuditQuery(
    List<UUID> lineage,
    @Nullable UUID actorKeyId,
    @Nullable UUID actorUserId,
    @Nullable UUID targetId,
    String targetType,
    String action,
    @Nullable Instant from,
    @Nullable Instant until) {}
