package dev.latchkey.keys.issuing;

import dev.latchkey.keys.credits.CreditAccounts;
import dev.latchkey.keys.credits.CreditDraft;
import dev.latchkey.keys.decision.Tenant;
import dev.latchkey.keys.format.KeyText;
import dev.latchkey.keys.store.Binding;
import dev.latchkey.keys.store.StoredKey;
import dev.latchkey.keys.tenancy.Lineage;
import dev.latchkey.keys.tenancy.MemberView;
import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.access.Role;
import dev.latchkey.kit.audit.AuditChange;
import jakarta.inject.Singleton;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes keys, of our own and of other systems: none that its maker's own key could not be. */
@Singleton
class KeyIssuing {
  private final GrantRules grants;
  private final KeyMaker maker;
  private final CreditAccounts credits;

  KeyIssuing(GrantRules grants, KeyMaker maker, CreditAccounts credits) {
    this.grants = grants;
    this.maker = maker;
    this.credits = credits;
  }

  /**
   * Makes a key.
   *
   * @param ownerUserId the member it acts for; null for a service key
   */
  IssuedKey issue(
      KeyTransaction transaction,
      Caller caller,
      KeyDraft draft,
      @Nullable UUID ownerUserId,
      Lineage lineage) {
    Tenant tenant = lineage.current();
    requireMayMake(caller, draft, transaction.holdOwner(ownerUserId), lineage);
    transaction.requireRoom(lineage, 1, maker.now());
    KeyText text = maker.text(lineage.keyFormat(), draft.mode(), tenant.environmentSlug());
    StoredKey key =
        transaction.insert(
            maker.key(draft, text, Binding.of(lineage), ownerUserId, caller.keyId()));
    draft.credits().ifPresent(wanted -> openAccount(transaction, key, wanted));
    return new IssuedKey(key, text.secret());
  }

  private void openAccount(KeyTransaction transaction, StoredKey key, CreditDraft wanted) {
    var _ =
        credits.set(
            transaction.connection(), new CreditAccounts.Holder(key.id(), false), wanted, "");
    credits
        .find(transaction.connection(), key.id())
        .map(CreditMessages::credits)
        .ifPresent(
            account ->
                transaction.note(
                    new AuditChange(
                        CreditMessages.target(key.id(), key.binding().lineage()), null, account)));
  }

  /**
   * A key of another system as it is to be stored. Throws what {@link #issue} would, but for the
   * ceiling of the plan.
   *
   * @param owner the member it acts for; null for a service key
   */
  StoredKey imported(
      Caller caller,
      KeyDraft draft,
      ForeignKey foreign,
      @Nullable MemberView owner,
      Lineage lineage) {
    requireMayMake(caller, draft, owner, lineage);
    return maker.imported(draft, foreign, Binding.of(lineage), caller.keyId());
  }

  private void requireMayMake(
      Caller caller, KeyDraft draft, @Nullable MemberView owner, Lineage lineage) {
    Tenant tenant = lineage.current();
    KeyAccess.requireLive(tenant, draft.nodeId(), maker.now());
    Role role = owner == null ? null : KeyOwners.requireMember(owner, lineage);
    Grant grant = new Grant(lineage.ids(), tenant.scopes(), role, draft.scopes(), draft.roles());
    GrantRules.requireKnown(grant);
    grants.requireHeld(caller, grant, draft.allowedNetworks(), draft.resources());
    if (!draft.rateLimits().isEmpty() || draft.credits().isPresent()) {
      caller.requireRole(Role.ADMIN, lineage.ids());
    }
  }
}
