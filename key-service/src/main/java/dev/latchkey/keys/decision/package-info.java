/**
 * The decision itself: what is known of a key, its tenant and its owner in, allowed or denied out.
 * Start with {@link dev.latchkey.keys.decision.Decider}. Pure: no Micronaut, gRPC, JDBC or
 * generated types.
 */
@NullMarked
package dev.latchkey.keys.decision;

import org.jspecify.annotations.NullMarked;
