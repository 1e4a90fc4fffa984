/**
 * Serves Authenticate: credential to hash, hash to key (from memory, or once from the database),
 * key to answer, answers as bytes, most of which are encoded once. Single requests, batches and
 * streams of them are decided by the same {@link dev.latchkey.keys.authenticate.Decisions}. Start
 * with {@link dev.latchkey.keys.authenticate.AuthenticationEndpoint}.
 */
@NullMarked
package dev.latchkey.keys.authenticate;

import org.jspecify.annotations.NullMarked;
