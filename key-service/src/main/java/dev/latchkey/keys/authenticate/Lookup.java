package dev.latchkey.keys.authenticate;

import dev.latchkey.keys.credits.DrawnAccount;
import dev.latchkey.keys.decision.DenialReason;
import dev.latchkey.keys.decision.KeyTerms;
import dev.latchkey.keys.decision.KnownKey;
import dev.latchkey.keys.decision.Rights;
import dev.latchkey.keys.decision.Tenant;
import dev.latchkey.keys.decision.Validity;
import dev.latchkey.keys.hashing.HashBits;
import dev.latchkey.keys.hashing.KeyHash;
import dev.latchkey.keys.limits.LimitRules;
import dev.latchkey.keys.usage.KeyMeter;
import dev.latchkey.keys.usage.UsageMeters;
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
   * A key, with what was last made of it: what holds for it changes seldom. One object of all that
   * each decision on it looks at, for most of a decision's time is spent waiting for the
   * processor's memory. Safe for use by many threads.
   */
  final class Found extends KeyMeter implements Read, KnownKey {
    /** The four longs of its {@link KeyHash}, which would be one object more. */
    private final long hashA;

    private final long hashB;
    private final long hashC;
    private final long hashD;
    private final long readAt;
    private final UUID id;
    private final Validity validity;
    private final KeyTerms terms;
    private final List<UUID> lineage;
    private final CommonAnswer common;
    private final byte[] own;
    private final Optional<UUID> account;
    private volatile @Nullable Standing last;

    /**
     * @param readAt when the reading began
     * @param lineage the ids of its node and of all above it
     * @param common what answers about it say of it and of keys like it
     * @param own what they say of it alone, beside its id: bytes of fields of the answer's key
     * @param account the key's own account of credits
     * @param meters where its use is counted
     */
    Found(
        long readAt,
        KeyHash hash,
        KnownKey key,
        List<UUID> lineage,
        CommonAnswer common,
        byte[] own,
        Optional<UUID> account,
        UsageMeters meters) {
      super(meters);
      this.hashA = hash.a();
      this.hashB = hash.b();
      this.hashC = hash.c();
      this.hashD = hash.d();
      this.readAt = readAt;
      this.id = key.id();
      this.validity = key.validity();
      this.terms = key.terms();
      this.lineage = lineage;
      this.common = common;
      this.own = own;
      this.account = account;
    }

    /** Whether it is the key with a hash. */
    boolean isOf(HashBits hash) {
      return hash.a() == hashA && hash.b() == hashB && hash.c() == hashC && hash.d() == hashD;
    }

    KeyHash hash() {
      return new KeyHash(hashA, hashB, hashC, hashD);
    }

    @Override
    public long readAt() {
      return readAt;
    }

    @Override
    public UUID id() {
      return id;
    }

    @Override
    public Validity validity() {
      return validity;
    }

    @Override
    public KeyTerms terms() {
      return terms;
    }

    @Override
    protected List<UUID> lineage() {
      return lineage;
    }

    /**
     * Looks at every object that a decision looks at, one right after the other, so that the
     * processor waits for its memory once and not again at each of them: of many keys in turn, that
     * waiting is most of a decision's time.
     *
     * @return a number that says nothing; it has to go somewhere, or the compiler leaves the
     *     looking out
     */
    long fetch() {
      Standing standing = last;
      return own.length
          + id.getLeastSignificantBits()
          + fetchCounts()
          + (standing == null ? 0 : standing.fetch());
    }

    /** What answers say of it alone, as bytes. Not to be changed. */
    byte[] own() {
      return own;
    }

    /** What holds for an allowed request on this view of the key's rights and its accounts. */
    Standing standing(Rights rights, Map<UUID, UUID> nodeAccounts) {
      Standing known = last;
      if (known == null || !known.isOn(rights, nodeAccounts)) {
        known =
            new Standing(
                this,
                common.on(rights),
                nodeAccounts,
                LimitRules.of(this, rights.tenant()),
                accounts(rights.tenant(), nodeAccounts));
        last = known;
      }
      return known;
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
