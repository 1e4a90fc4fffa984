/**
 * Look-ups of keys for decisions: from the primary, or from a standby where that cannot bring back
 * what this node already knows to be over. Start with {@link dev.latchkey.keys.standby.KeyReads};
 * {@code docs/decisions/standby-reads.md} has the argument.
 */
@NullMarked
package dev.latchkey.keys.standby;

import org.jspecify.annotations.NullMarked;
