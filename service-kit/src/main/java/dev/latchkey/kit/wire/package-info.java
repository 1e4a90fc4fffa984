/**
 * Values of the JDK as messages. Start with {@link dev.latchkey.kit.wire.Timestamps}. The way back,
 * with everything checked, is {@link dev.latchkey.kit.validation.Fields}.
 */
@NullMarked
package dev.latchkey.kit.wire;

import org.jspecify.annotations.NullMarked;
