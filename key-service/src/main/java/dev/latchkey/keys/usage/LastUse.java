package dev.latchkey.keys.usage;

import java.time.Instant;
import java.util.Optional;

/**
 * The last decision on a key, allowed or denied: whoever removes keys that nobody uses wants to
 * know of clients that still send them.
 *
 * @param time to the minute
 * @param network where it was last used from, as far as that is known: the first 24 bits of an IPv4
 *     address, 48 of an IPv6 address
 */
public record LastUse(Instant time, Optional<String> network) {}
