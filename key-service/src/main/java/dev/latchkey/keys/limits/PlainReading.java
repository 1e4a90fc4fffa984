package dev.latchkey.keys.limits;

import dev.latchkey.kit.limits.RateLimit;

/** A reading that is nothing else. */
record PlainReading(RateLimit limit, long remaining, long resetNanos) implements LimitReading {}
