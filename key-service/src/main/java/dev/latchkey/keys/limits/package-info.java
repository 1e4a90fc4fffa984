/**
 * Limits on the rate of calls: which hold for a key ({@link dev.latchkey.keys.limits.LimitRules}),
 * and what was taken from each ({@link dev.latchkey.keys.limits.RateLimiter}). Start with the
 * latter. Counts in the memory of this node ({@link dev.latchkey.keys.limits.LocalRateLimiter}),
 * or, where Redis is set, together with the other nodes ({@link
 * dev.latchkey.keys.limits.SharedRateLimiter}); knows no gRPC and no database.
 */
@NullMarked
package dev.latchkey.keys.limits;

import org.jspecify.annotations.NullMarked;
