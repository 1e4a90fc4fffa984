package dev.latchkey.keys.credits;

import dev.latchkey.kit.database.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/** Reads and writes the accounts and who draws from them, inside the caller's transaction. */
public final class AccountStore {
  private static final String ALL =
      """
      SELECT id, remaining, refill_interval, refill_amount, next_refill_time, epoch, update_time,
             version
      FROM credit_account
      """;
  private static final String INSERT =
      """
      INSERT INTO credit_account (remaining, refill_interval, refill_amount, next_refill_time,
                                  epoch, update_time, version, id)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """;
  private static final String UPDATE =
      """
      UPDATE credit_account
      SET remaining = ?, refill_interval = ?, refill_amount = ?, next_refill_time = ?, epoch = ?,
          update_time = ?, version = ?
      WHERE id = ?
      """;

  private AccountStore() {}

  /** The account that a key or node draws from. */
  public static Optional<UUID> idOf(Connection connection, UUID holder) {
    return Sql.first(
        connection,
        "SELECT account_id FROM credit_holder WHERE holder_id = ?",
        row -> Objects.requireNonNull(Sql.uuid(row, "account_id")),
        holder);
  }

  static Optional<Account> byId(Connection connection, UUID id) {
    return Sql.first(connection, ALL + "WHERE id = ?", AccountStore::read, id);
  }

  /** The account, kept from changing until the transaction ends. */
  static Optional<Account> lock(Connection connection, UUID id) {
    return Sql.first(connection, ALL + "WHERE id = ? FOR UPDATE", AccountStore::read, id);
  }

  /** Some of the accounts whose refill is due, but for those that somebody is at work on. */
  static List<Account> lockDue(Connection connection, Instant now, int most) {
    return Sql.list(
        connection,
        ALL
            + "WHERE next_refill_time <= ? ORDER BY next_refill_time LIMIT ? FOR UPDATE SKIP LOCKED",
        AccountStore::read,
        now,
        most);
  }

  /** The accounts of these that there still are. */
  static List<Account> of(Connection connection, Collection<UUID> ids) {
    return Sql.list(
        connection,
        ALL + "WHERE id = ANY (?::uuid[])",
        AccountStore::read,
        ids.stream().map(UUID::toString).toList());
  }

  static void insert(Connection connection, Account account) {
    write(connection, INSERT, account);
  }

  static void update(Connection connection, Account account) {
    write(connection, UPDATE, account);
  }

  private static void write(Connection connection, String sql, Account account) {
    Sql.update(
        connection,
        sql,
        account.remaining(),
        account.refill().map(Refill::interval).orElse(null),
        account.refill().map(Refill::amount).orElse(null),
        account.nextRefill(),
        account.epoch(),
        account.updateTime(),
        account.version(),
        account.id());
  }

  /** Puts back what a lease has left, unless what is left was set anew since. */
  static void giveBack(Connection connection, UUID id, long epoch, long amount) {
    Sql.update(
        connection,
        "UPDATE credit_account SET remaining = remaining + ? WHERE id = ? AND epoch = ?",
        amount,
        id,
        epoch);
  }

  /** Closes an account for all who draw from it. */
  static void delete(Connection connection, UUID id) {
    Sql.update(connection, "DELETE FROM credit_account WHERE id = ?", id);
  }

  /** Lets a key or node draw from an account; tells whether it had none before. */
  static boolean addHolder(Connection connection, UUID holder, UUID account, boolean node) {
    return Sql.update(
            connection,
            "INSERT INTO credit_holder (holder_id, account_id, node) VALUES (?, ?, ?)"
                + " ON CONFLICT DO NOTHING",
            holder,
            account,
            node)
        == 1;
  }

  /** All who draw from an account. */
  static List<UUID> holders(Connection connection, UUID account) {
    return Sql.list(
        connection,
        "SELECT holder_id FROM credit_holder WHERE account_id = ?",
        row -> Objects.requireNonNull(Sql.uuid(row, "holder_id")),
        account);
  }

  /** The accounts of nodes, by node. */
  static Map<UUID, UUID> ofNodes(Connection connection) {
    Map<UUID, UUID> accounts = new HashMap<>();
    Sql.list(
            connection,
            "SELECT holder_id, account_id FROM credit_holder WHERE node",
            row ->
                Map.entry(
                    Objects.requireNonNull(Sql.uuid(row, "holder_id")),
                    Objects.requireNonNull(Sql.uuid(row, "account_id"))))
        .forEach(entry -> accounts.put(entry.getKey(), entry.getValue()));
    return accounts;
  }

  private static Account read(ResultSet row) throws SQLException {
    String interval = row.getString("refill_interval");
    return new Account(
        Objects.requireNonNull(Sql.uuid(row, "id")),
        row.getLong("remaining"),
        interval == null
            ? Optional.empty()
            : Optional.of(
                new Refill(Refill.Interval.valueOf(interval), row.getLong("refill_amount"))),
        Sql.instant(row, "next_refill_time"),
        row.getLong("epoch"),
        Objects.requireNonNull(Sql.instant(row, "update_time")),
        row.getLong("version"));
  }
}
