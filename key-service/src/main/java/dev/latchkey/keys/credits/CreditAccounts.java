package dev.latchkey.keys.credits;

import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.id.Uuid7;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What callers do with accounts, inside their transaction. Once it is committed, {@link #hold}
 * makes it hold on this node.
 */
@Singleton
public class CreditAccounts {
  private static final String TYPE = "credits";

  private final CreditLeases leases;
  private final NodeAccounts nodeAccounts;
  private final Uuid7 ids;
  private final InstantSource clock;

  CreditAccounts(CreditLeases leases, NodeAccounts nodeAccounts, Uuid7 ids, InstantSource clock) {
    this.leases = leases;
    this.nodeAccounts = nodeAccounts;
    this.ids = ids;
    this.clock = clock;
  }

  /** Who has an account: a key or a node. */
  public record Holder(UUID id, boolean node) {}

  /** A change of an account that is not committed yet. */
  public sealed interface Change {
    /** It was opened. */
    record Opened(Account account, UUID holder, boolean node) implements Change {}

    /** Something of it is different. */
    record Changed(Account account) implements Change {}

    /** It was closed, for all who drew from it. */
    record Closed(UUID accountId, List<UUID> holders, boolean node) implements Change {}
  }

  /** An account with what this node holds of it. */
  public record Shown(Account account, long remaining) {}

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  /** The account of a key or node as of now. */
  public Optional<Shown> find(Connection connection, UUID holder) {
    return AccountStore.idOf(connection, holder)
        .flatMap(id -> AccountStore.byId(connection, id))
        .map(account -> shown(account.at(now())));
  }

  /** An account with what this node holds of it. */
  public Shown shown(Account account) {
    return new Shown(
        account, account.remaining() + leases.account(account.id()).held(account.epoch()));
  }

  /** The account of a key or node, which must have one. */
  public Shown get(Connection connection, Holder holder) {
    return find(connection, holder.id()).orElseThrow(() -> missing(holder));
  }

  private static ApiException missing(Holder holder) {
    return ApiException.notFound(TYPE, holder.id());
  }

  /** Opens an account, or sets what is left of it and its refill. */
  public Change set(Connection connection, Holder holder, CreditDraft draft, String etag) {
    Optional<Account> stored = locked(connection, holder);
    if (stored.isEmpty()) {
      requireEtag(holder, etag, "");
      return open(connection, holder, draft);
    }
    requireEtag(holder, etag, stored.get().etag());
    Account next = stored.get().at(now()).set(draft, now());
    AccountStore.update(connection, next);
    return new Change.Changed(next);
  }

  private Change open(Connection connection, Holder holder, CreditDraft draft) {
    Account account = Account.open(ids.next(), draft, now());
    AccountStore.insert(connection, account);
    if (!AccountStore.addHolder(connection, holder.id(), account.id(), holder.node())) {
      // Another call opened one since this one looked.
      AccountStore.delete(connection, account.id());
      return set(connection, holder, draft, "");
    }
    return new Change.Opened(account, holder.id(), holder.node());
  }

  /** Adds to an account. */
  public Change add(Connection connection, Holder holder, long amount) {
    Account present = locked(connection, holder).orElseThrow(() -> missing(holder)).at(now());
    if (present.remaining() > CreditDraft.LARGEST - amount) {
      throw ApiException.invalid(
          "amount",
          "%d, with %d left (expected: at most %d together)"
              .formatted(amount, present.remaining(), CreditDraft.LARGEST));
    }
    Account next = present.plus(amount, now());
    AccountStore.update(connection, next);
    return new Change.Changed(next);
  }

  /** Closes an account; empty if there is none. */
  public Optional<Change> remove(Connection connection, Holder holder, String etag) {
    Optional<Account> stored = locked(connection, holder);
    if (stored.isEmpty()) {
      requireEtag(holder, etag, "");
      return Optional.empty();
    }
    requireEtag(holder, etag, stored.get().etag());
    UUID id = stored.get().id();
    List<UUID> holders = AccountStore.holders(connection, id);
    AccountStore.delete(connection, id);
    return Optional.of(new Change.Closed(id, holders, holder.node()));
  }

  /** Lets a key that was rotated to draw from the account of the one before, if it has one. */
  public void passOn(Connection connection, UUID predecessor, UUID successor) {
    // Locked, so that the account is not closed for one of them only.
    locked(connection, new Holder(predecessor, false))
        .ifPresent(account -> AccountStore.addHolder(connection, successor, account.id(), false));
  }

  private static Optional<Account> locked(Connection connection, Holder holder) {
    return AccountStore.idOf(connection, holder.id())
        .flatMap(id -> AccountStore.lock(connection, id));
  }

  private static void requireEtag(Holder holder, String etag, String current) {
    if (!etag.isEmpty() && !etag.equals(current)) {
      throw ApiException.etagMismatch(TYPE, holder.id(), current);
    }
  }

  /** Makes a committed change hold on this node, before the call that made it returns. */
  public void hold(Change change) {
    switch (change) {
      case Change.Opened opened -> reload(opened.node());
      case Change.Changed changed ->
          leases.account(changed.account().id()).changed(changed.account());
      case Change.Closed closed -> {
        reload(closed.node());
        leases.account(closed.accountId()).removed();
      }
    }
  }

  private void reload(boolean node) {
    if (node) {
      nodeAccounts.reload();
    }
  }
}
