package dev.latchkey.keys.authenticate;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.latchkey.keys.credits.DrawnAccount;
import dev.latchkey.keys.decision.Rights;
import dev.latchkey.keys.limits.AppliedLimit;
import dev.latchkey.keys.limits.LastRound;
import dev.latchkey.keys.limits.LimitRules;
import dev.latchkey.keys.limits.RateLimiter;
import dev.latchkey.kit.limits.RateLimit;
import dev.latchkey.proto.keys.v1.Allowed;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.AuthenticatedKey;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What holds for an allowed request of a key, on one view of its rights and of the accounts of its
 * nodes: the limits and accounts that it draws from, and what its answer says of the key. Safe for
 * use by many threads.
 */
final class Standing extends LastRound implements Told {
  private final Lookup.Found found;
  private final CommonAnswer.OnRights common;
  private final Map<UUID, UUID> nodeAccounts;

  /** The limit that nearly every call draws from, whose round is remembered here. */
  private final @Nullable AppliedLimit onlyData;

  /** Those beside it. */
  private final LimitRules limits;

  final List<DrawnAccount> accounts;

  Standing(
      Lookup.Found found,
      CommonAnswer.OnRights common,
      Map<UUID, UUID> nodeAccounts,
      LimitRules limits,
      List<DrawnAccount> accounts) {
    this.found = found;
    this.common = common;
    this.nodeAccounts = nodeAccounts;
    this.onlyData = limits.onlyData();
    this.limits = onlyData == null ? limits : limits.withoutData();
    this.accounts = accounts;
  }

  /** Whether it is the one on these views. */
  @SuppressWarnings("ReferenceEquality") // The same view is the same object: see RightsSource.
  boolean isOn(Rights rights, Map<UUID, UUID> accountsOfNodes) {
    return common.rights == rights && nodeAccounts == accountsOfNodes;
  }

  /** Looks at what is drawn from; see {@link Lookup.Found#fetch}. */
  long fetch() {
    return fetchRound();
  }

  /** Takes a cost from the limits with a name. */
  RateLimiter.Draw draw(RateLimiter limiter, String name, long cost) {
    if (cost == 0) {
      return RateLimiter.Draw.NOTHING;
    }
    if (onlyData != null && name.equals(RateLimit.DATA)) {
      return limiter.draw(onlyData, this, cost);
    }
    List<AppliedLimit> named = limits.named(name);
    return named.isEmpty() ? RateLimiter.Draw.NOTHING : limiter.draw(named, cost);
  }

  @Override
  public int field() {
    return AuthenticateResponse.ALLOWED_FIELD_NUMBER;
  }

  @Override
  public int size() {
    return Answer.sizeOfField(Allowed.KEY_FIELD_NUMBER, sizeOfKey())
        + common.bytes.length
        - common.ofKey;
  }

  private int sizeOfKey() {
    return Answer.sizeOfField(AuthenticatedKey.ID_FIELD_NUMBER, IdText.LENGTH)
        + found.own().length
        + common.ofKey;
  }

  @Override
  public void writeTo(CodedOutputStream out) throws IOException {
    Answer.beginField(out, Allowed.KEY_FIELD_NUMBER, sizeOfKey());
    out.writeTag(AuthenticatedKey.ID_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    out.writeUInt32NoTag(IdText.LENGTH);
    IdText.write(found.id(), out);
    out.writeRawBytes(found.own());
    // The rest of the key, and what the decision says beside it.
    out.writeRawBytes(common.bytes);
  }
}
