/**
 * Serves Authenticate: credential to hash, hash to key (from memory, or once from the database),
 * key to answer. Start with {@link dev.latchkey.keys.authenticate.AuthenticationEndpoint}.
 */
@NullMarked
package dev.latchkey.keys.authenticate;

import org.jspecify.annotations.NullMarked;
