package dev.latchkey.keys.limits;

import dev.latchkey.kit.limits.RateLimit;

/** A limit that holds for a key, and where it is counted. */
public record AppliedLimit(RateLimit limit, CounterId counter) {}
