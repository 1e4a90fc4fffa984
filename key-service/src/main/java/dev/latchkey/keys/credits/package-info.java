/**
 * Credits: how many calls are left, of a key or of all keys below a node. The database has what
 * nobody holds; a node of the service leases some of it and takes from its lease in memory. Start
 * with {@link dev.latchkey.keys.credits.CreditDrawing}, which a decision asks, and {@code
 * docs/decisions/credits.md}, which says why nothing is admitted twice. Knows no gRPC.
 */
@NullMarked
package dev.latchkey.keys.credits;

import org.jspecify.annotations.NullMarked;
