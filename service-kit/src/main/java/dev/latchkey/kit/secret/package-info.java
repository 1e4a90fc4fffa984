/**
 * The text of a credential, in a type that cannot be printed by accident. Start with {@link
 * dev.latchkey.kit.secret.Secret}. Imports nothing but the JDK.
 */
@NullMarked
package dev.latchkey.kit.secret;

import org.jspecify.annotations.NullMarked;
