/**
 * What is kept of a key: its SHA-256. Start with {@link dev.latchkey.keys.hashing.KeyHash}. Pure:
 * no Micronaut, gRPC or JDBC.
 */
@NullMarked
package dev.latchkey.keys.hashing;

import org.jspecify.annotations.NullMarked;
