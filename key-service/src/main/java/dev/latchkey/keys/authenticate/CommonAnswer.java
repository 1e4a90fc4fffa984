package dev.latchkey.keys.authenticate;

import dev.latchkey.keys.decision.KeyTerms;
import dev.latchkey.keys.decision.Rights;
import dev.latchkey.proto.keys.v1.Allowed;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the answers about allowed keys of the same terms have in common: all but the key's own id,
 * name and the like. Encoded once for each view of their rights. Two are equal if they are of the
 * same terms, which are one object where they are equal. Safe for use by many threads; takes no
 * lock.
 */
final class CommonAnswer {
  private final KeyTerms terms;
  private volatile @Nullable OnRights last;

  CommonAnswer(KeyTerms terms) {
    this.terms = terms;
  }

  /** On one view of the rights. Immutable. */
  static final class OnRights {
    final Rights rights;

    /** Fields of the answer's key, and after them further fields of the decision. */
    final byte[] bytes;

    /** How many of the bytes are the key's. */
    final int ofKey;

    private OnRights(KeyTerms terms, Rights rights) {
      byte[] key = AuthenticateMessages.common(terms, rights).toByteArray();
      byte[] decision =
          Allowed.newBuilder()
              .setContext(AuthenticateMessages.context(rights.tenant()))
              .build()
              .toByteArray();
      this.rights = rights;
      this.ofKey = key.length;
      this.bytes = Arrays.copyOf(key, key.length + decision.length);
      System.arraycopy(decision, 0, bytes, key.length, decision.length);
    }
  }

  /** What it is on a view of the rights; the same object for as long as they are the same. */
  @SuppressWarnings("ReferenceEquality") // The same view is the same object: see RightsSource.
  OnRights on(Rights rights) {
    OnRights known = last;
    if (known == null || known.rights != rights) {
      known = new OnRights(terms, rights);
      last = known;
    }
    return known;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // See above.
  public boolean equals(@Nullable Object other) {
    return other instanceof CommonAnswer common && common.terms == terms;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(terms);
  }
}
