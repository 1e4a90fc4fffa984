/**
 * Limits on the rate of calls as they are set, on plans, nodes and keys; what they come to for one
 * key is decided elsewhere. Start with {@link dev.latchkey.kit.limits.RateLimit}; {@link
 * dev.latchkey.kit.limits.RateLimits} reads lists of them from requests and from columns.
 */
@NullMarked
package dev.latchkey.kit.limits;

import org.jspecify.annotations.NullMarked;
