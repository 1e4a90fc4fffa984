/**
 * Checks of input, all of a request at once. Start with {@link dev.latchkey.kit.validation.Fields}.
 */
@NullMarked
package dev.latchkey.kit.validation;

import org.jspecify.annotations.NullMarked;
