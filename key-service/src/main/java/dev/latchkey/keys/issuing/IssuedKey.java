package dev.latchkey.keys.issuing;

import dev.latchkey.keys.store.StoredKey;
import dev.latchkey.kit.secret.Secret;

/**
 * A key that was just made, with its secret: the only moment at which both are in one hand.
 *
 * @param key the key
 * @param secret its whole text, to be handed out once and then forgotten
 */
record IssuedKey(StoredKey key, Secret secret) {}
