/**
 * Repeats of a write give the first answer. Start with {@link
 * dev.latchkey.kit.idempotency.Idempotency}.
 */
@NullMarked
package dev.latchkey.kit.idempotency;

import org.jspecify.annotations.NullMarked;
