/**
 * A client that was given nothing but an address: it learns the calls from the server itself. Start
 * with {@link dev.latchkey.harness.reflection.ReflectionTest}.
 */
@NullMarked
package dev.latchkey.harness.reflection;

import org.jspecify.annotations.NullMarked;
