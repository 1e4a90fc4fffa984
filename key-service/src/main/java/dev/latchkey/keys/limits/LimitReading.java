package dev.latchkey.keys.limits;

import dev.latchkey.kit.limits.RateLimit;

/**
 * A limit as it stands at one moment.
 *
 * @param remaining what may still be taken now
 * @param resetNanos until all of it may be taken again
 */
public record LimitReading(RateLimit limit, long remaining, long resetNanos) {}
