package dev.latchkey.keys.authenticate;

import dev.latchkey.keys.credits.DrawnAccount;
import dev.latchkey.keys.decision.DenialReason;
import dev.latchkey.keys.decision.KnownKey;
import dev.latchkey.keys.decision.Rights;
import dev.latchkey.keys.decision.Tenant;
import dev.latchkey.keys.limits.LimitRules;
import dev.latchkey.keys.usage.KeyMeter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a credential turned out to be. */
sealed interface Lookup {
  Lookup MISSING = new Refused(DenialReason.CREDENTIAL_MISSING);
  Lookup MALFORMED = new Refused(DenialReason.MALFORMED);

  /** No key, whatever the database has. */
  record Refused(DenialReason reason) implements Lookup {}

  /** What the database had, at a moment of {@link TrustWindow}. */
  sealed interface Read extends Lookup {
    /** When the reading began. */
    long readAt();
  }

  /** The shape of a key, and none. */
  record Unknown(long readAt) implements Read {}

  /**
   * A key, with what was last made of it: most answers of a key are the same, and making one costs
   * more than everything else a decision does. Safe for use by many threads.
   */
  final class Found implements Read {
    private final long readAt;
    private final KnownKey key;
    private final Optional<UUID> account;
    private final KeyMeter meter;
    private volatile @Nullable Standing last;

    /**
     * @param readAt when the reading began
     * @param account the key's own account of credits
     */
    Found(long readAt, KnownKey key, Optional<UUID> account, KeyMeter meter) {
      this.readAt = readAt;
      this.key = key;
      this.account = account;
      this.meter = meter;
    }

    @Override
    public long readAt() {
      return readAt;
    }

    KnownKey key() {
      return key;
    }

    /** Where decisions on the key are counted. */
    KeyMeter meter() {
      return meter;
    }

    /** What holds for an allowed request on this view of the key's rights and its accounts. */
    @SuppressWarnings("ReferenceEquality") // The same view is the same object: see RightsSource.
    Standing standing(Rights rights, Map<UUID, UUID> nodeAccounts) {
      Standing known = last;
      if (known == null || known.rights != rights || known.nodeAccounts != nodeAccounts) {
        known = new Standing(rights, nodeAccounts);
        last = known;
      }
      return known;
    }

    /** The limits and accounts that a request draws from, and its answer before they say more. */
    final class Standing {
      private final Rights rights;
      private final Map<UUID, UUID> nodeAccounts;
      final LimitRules limits;
      final List<DrawnAccount> accounts;
      final Answer allowed;

      private Standing(Rights rights, Map<UUID, UUID> nodeAccounts) {
        this.rights = rights;
        this.nodeAccounts = nodeAccounts;
        this.limits = LimitRules.of(key, rights.tenant());
        this.accounts = accounts(rights.tenant(), nodeAccounts);
        this.allowed = Answer.of(AuthenticateMessages.allowed(key, rights));
      }

      /** The key's own first, then those of the nodes upward. */
      private List<DrawnAccount> accounts(Tenant tenant, Map<UUID, UUID> nodeAccounts) {
        List<DrawnAccount> all = new ArrayList<>();
        account.ifPresent(id -> all.add(new DrawnAccount(id, Optional.empty())));
        for (Tenant.Node node : tenant.upward()) {
          UUID id = nodeAccounts.get(node.id());
          if (id != null) {
            all.add(new DrawnAccount(id, Optional.of(node.id())));
          }
        }
        return List.copyOf(all);
      }
    }
  }
}
