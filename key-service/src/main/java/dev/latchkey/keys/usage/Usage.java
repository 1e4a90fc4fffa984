package dev.latchkey.keys.usage;

import dev.latchkey.keys.tenancy.Lineage;
import dev.latchkey.keys.tenancy.TenancyModel;
import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.access.Role;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.paging.Page;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** What callers may ask of usage, and its answers. May wait. */
@Singleton
class Usage {
  private final TenancyModel tenancy;
  private final Transactions transactions;
  private final UsageSettings settings;
  private final InstantSource clock;

  Usage(
      TenancyModel tenancy,
      Transactions transactions,
      UsageSettings settings,
      InstantSource clock) {
    this.tenancy = tenancy;
    this.transactions = transactions;
    this.settings = settings;
    this.clock = clock;
  }

  Instant now() {
    return clock.instant();
  }

  /** The counts of one key. */
  Map<Instant, Counts> ofKey(Caller caller, UUID keyId, BucketSize size, Span span) {
    return transactions.read(
        connection -> {
          UUID subject = KeyVisibility.require(connection, caller, keyId).id();
          return UsageStore.buckets(connection, size, subject, kept(size, span));
        });
  }

  /** The counts of all keys at and below a node; for those who see all of these keys. */
  Map<Instant, Counts> ofNode(Caller caller, UUID nodeId, BucketSize size, Span span) {
    Lineage lineage = node(caller, nodeId);
    caller.requireRole(Role.ADMIN, lineage.ids());
    return transactions.read(
        connection -> UsageStore.buckets(connection, size, nodeId, kept(size, span)));
  }

  /** The keys at and below a node that the caller sees, by use. */
  Page<Map.Entry<UUID, Counts>> keys(
      Caller caller, UUID nodeId, Span span, Optional<UUID> after, int size) {
    Lineage lineage = node(caller, nodeId);
    Optional<UUID> owner = KeyVisibility.onlyOf(caller, lineage.ids());
    Span kept = kept(BucketSize.DAY, span);
    return transactions.read(
        connection -> {
          Page<UUID> page =
              Page.of(
                  UsageStore.mostUsed(
                      connection, lineage.level(), nodeId, owner, kept, after, size + 1),
                  size,
                  Function.identity());
          return new Page<>(
              List.copyOf(UsageStore.totals(connection, page.items(), kept).entrySet()),
              page.next());
        });
  }

  /** The addresses a key was used from. */
  List<UsageStore.Address> addresses(Caller caller, UUID keyId, Span span, int size) {
    return transactions.read(
        connection -> {
          UUID key = KeyVisibility.require(connection, caller, keyId).id();
          return UsageStore.addresses(connection, key, kept(BucketSize.DAY, span), size);
        });
  }

  private Lineage node(Caller caller, UUID nodeId) {
    Lineage lineage = tenancy.require(nodeId);
    caller.requireReach(lineage.ids(), "node", nodeId);
    return lineage;
  }

  private Span kept(BucketSize size, Span span) {
    return span.since(size.floor(now().minus(settings.kept(size))));
  }
}
