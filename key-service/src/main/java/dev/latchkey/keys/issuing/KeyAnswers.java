package dev.latchkey.keys.issuing;

import dev.latchkey.keys.credits.CreditAccounts;
import dev.latchkey.keys.store.StoredKey;
import dev.latchkey.keys.usage.LastUse;
import dev.latchkey.keys.usage.LastUses;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.proto.keys.v1.Key;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Keys as they are answered: with what is known of them beside their own row. */
@Singleton
class KeyAnswers {
  private final KeyMaker maker;
  private final LastUses lastUses;
  private final CreditAccounts credits;
  private final Transactions transactions;

  KeyAnswers(KeyMaker maker, LastUses lastUses, CreditAccounts credits, Transactions transactions) {
    this.maker = maker;
    this.lastUses = lastUses;
    this.credits = credits;
    this.transactions = transactions;
  }

  /** A key with its own credits, as a transaction leaves them. */
  Key of(KeyTransaction transaction, StoredKey key) {
    return withCredits(key, credits.find(transaction.connection(), key.id()));
  }

  /**
   * A key that the transaction has made: it was never used, and nothing has to be read to know.
   *
   * @param hasCredits whether it was given credits of its own
   */
  Key ofNew(KeyTransaction transaction, StoredKey key, boolean hasCredits) {
    Key message = KeyMessages.key(key, maker.now());
    return hasCredits
        ? withCredits(message, credits.find(transaction.connection(), key.id()))
        : message;
  }

  /** A key with its own credits. */
  Key withCredits(StoredKey key) {
    return withCredits(key, transactions.read(connection -> credits.find(connection, key.id())));
  }

  private Key withCredits(StoredKey key, Optional<CreditAccounts.Shown> shown) {
    return withCredits(of(List.of(key)).getFirst(), shown);
  }

  private static Key withCredits(Key message, Optional<CreditAccounts.Shown> shown) {
    return shown
        .map(own -> message.toBuilder().setCredits(CreditMessages.credits(own)).build())
        .orElse(message);
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
