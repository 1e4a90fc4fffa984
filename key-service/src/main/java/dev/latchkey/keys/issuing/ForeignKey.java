package dev.latchkey.keys.issuing;

import dev.latchkey.keys.hashing.KeyHash;

/**
 * What is kept of the text of a key that another system has issued.
 *
 * @param prefix how it begins, for display; may be empty
 * @param lastCharacters how it ends, for display; may be empty
 */
record ForeignKey(KeyHash hash, String prefix, String lastCharacters) {}
