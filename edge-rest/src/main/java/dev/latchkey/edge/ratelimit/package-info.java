/**
 * The header fields that tell a client how it stands with its limits. Start with {@link
 * dev.latchkey.edge.ratelimit.RateLimitFields}. Knows neither HTTP servers nor gRPC, only the
 * messages of a decision.
 */
@NullMarked
package dev.latchkey.edge.ratelimit;

import org.jspecify.annotations.NullMarked;
