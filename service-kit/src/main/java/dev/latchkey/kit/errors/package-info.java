/**
 * What a service answers when it cannot do as asked. Start with {@link
 * dev.latchkey.kit.errors.ApiException}; {@link dev.latchkey.kit.errors.Errors} is the one place
 * that turns failures into gRPC status.
 */
@NullMarked
package dev.latchkey.kit.errors;

import org.jspecify.annotations.NullMarked;
