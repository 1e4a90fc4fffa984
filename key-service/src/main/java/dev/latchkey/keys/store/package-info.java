/**
 * Keys in the database. Start with {@link dev.latchkey.keys.store.StoredKey}. Knows SQL, and no
 * gRPC.
 */
@NullMarked
package dev.latchkey.keys.store;

import org.jspecify.annotations.NullMarked;
