/** Time-ordered ids. Start with {@link dev.latchkey.kit.id.Uuid7}. */
@NullMarked
package dev.latchkey.kit.id;

import org.jspecify.annotations.NullMarked;
