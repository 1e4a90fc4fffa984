package dev.latchkey.keys.tenancy;

import dev.latchkey.keys.decision.OwnerSource;
import dev.latchkey.kit.access.Owner;

/**
 * The one place in memory where a member in use is kept: every key of the member holds it, and sees
 * each change at once. Reading takes no lock. Safe for use by many threads.
 */
public final class Member implements OwnerSource {
  private static final long NONE = Long.MIN_VALUE;

  private volatile MemberView view;

  /** The newest loss that is seen here and not known to be in the copy. */
  private long lossAhead = NONE;

  Member(MemberView first) {
    this.view = first;
  }

  /** The member as it is now. */
  public MemberView view() {
    return view;
  }

  @Override
  public Owner current() {
    return view.owner();
  }

  synchronized void update(UserView newer) {
    view = view.with(newer);
    settle(newer.revision());
  }

  synchronized void update(MembershipView newer) {
    view = view.with(newer);
    settle(newer.revision());
  }

  /** The copy has a change, and what it does to keys holds here. */
  private void settle(long revision) {
    if (revision >= lossAhead) {
      lossAhead = NONE;
    }
  }

  /** A change that may not be in the copy; left alone if it may undo a loss that is not either. */
  synchronized void updateAhead(UserView newer) {
    updateAhead(view.with(newer), newer.live(), newer.revision());
  }

  /** A change that may not be in the copy; left alone if it may undo a loss that is not either. */
  synchronized void updateAhead(MembershipView newer) {
    updateAhead(view.with(newer), newer.role().isPresent(), newer.revision());
  }

  private void updateAhead(MemberView next, boolean gives, long revision) {
    if (next.equals(view) || (gives && lossAhead != NONE)) {
      return;
    }
    view = next;
    if (!gives) {
      lossAhead = Math.max(lossAhead, revision);
    }
  }

  /** Puts a view in place whatever its revisions: they have fallen back. */
  synchronized void replace(MemberView other) {
    view = other;
    lossAhead = NONE;
  }
}
