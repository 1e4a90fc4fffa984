package dev.latchkey.keys.usage;

import dev.latchkey.kit.database.Sql;
import dev.latchkey.kit.database.Transactions;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/** When and from where keys were last used, as far as it is written; one query for many keys. */
@Singleton
public class LastUses {
  private static final String QUERY =
      """
      SELECT key_id, last_used_time, client_network::text AS network FROM key_last_use
      WHERE key_id = ANY (?)
      """;

  private final Transactions transactions;

  LastUses(Transactions transactions) {
    this.transactions = transactions;
  }

  /** The last uses of those keys that were used. */
  public Map<UUID, LastUse> of(Collection<UUID> keys) {
    Map<UUID, LastUse> uses = new HashMap<>();
    if (!keys.isEmpty()) {
      transactions.read(
          connection ->
              Sql.list(
                  connection,
                  QUERY,
                  row ->
                      uses.put(
                          Objects.requireNonNull(Sql.uuid(row, "key_id")),
                          new LastUse(
                              Objects.requireNonNull(Sql.instant(row, "last_used_time")),
                              Optional.ofNullable(row.getString("network")))),
                  (Object) keys.toArray(UUID[]::new)));
    }
    return uses;
  }
}
