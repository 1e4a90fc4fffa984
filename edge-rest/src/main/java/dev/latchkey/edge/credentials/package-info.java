/**
 * Finds the key that a request presents, and keys that stand where they must not. Start with {@link
 * dev.latchkey.edge.credentials.CredentialReader}. Pure: imports nothing but the JDK and {@code
 * Secret}.
 */
@NullMarked
package dev.latchkey.edge.credentials;

import org.jspecify.annotations.NullMarked;
