package dev.latchkey.keys.issuing;

import dev.latchkey.keys.store.StoredKey;
import dev.latchkey.keys.usage.LastUse;
import dev.latchkey.keys.usage.LastUses;
import dev.latchkey.proto.keys.v1.Key;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Keys as they are answered: with what is known of them beside their own row. */
@Singleton
class KeyAnswers {
  private final KeyMaker maker;
  private final LastUses lastUses;

  KeyAnswers(KeyMaker maker, LastUses lastUses) {
    this.maker = maker;
    this.lastUses = lastUses;
  }

  /** One key. */
  Key of(StoredKey key) {
    return of(List.of(key)).getFirst();
  }

  /** However many they are: their last uses are one query. */
  List<Key> of(List<StoredKey> page) {
    Instant now = maker.now();
    Map<UUID, LastUse> uses = lastUses.of(page.stream().map(StoredKey::id).toList());
    return page.stream()
        .map(key -> KeyMessages.withLastUse(KeyMessages.key(key, now), uses.get(key.id())))
        .toList();
  }
}
