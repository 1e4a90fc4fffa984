/**
 * The key-service: issues, hashes and authenticates keys. Start with {@link
 * dev.latchkey.keys.Application}, then follow one request: {@code authenticate} takes it, {@code
 * format} and {@code hashing} turn the credential into the hash it is looked up by, {@code
 * decision} answers with what {@code tenancy} knows of the key's tenant, {@code limits} and {@code
 * credits} say whether there is room, and {@code usage} counts the answer. A change walks through
 * {@code issuing}: into the database, then into the cache, then back to the caller.
 */
@NullMarked
package dev.latchkey.keys;

import org.jspecify.annotations.NullMarked;
