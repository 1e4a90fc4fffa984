package dev.latchkey.keys.tenancy;

import dev.latchkey.keys.decision.OwnerSource;
import dev.latchkey.kit.access.Owner;

/**
 * The one place in memory where a member in use is kept: every key of the member holds it, and sees
 * each change at once. Reading takes no lock. Safe for use by many threads.
 */
public final class Member implements OwnerSource {
  private volatile MemberView view;

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
  }

  synchronized void update(MembershipView newer) {
    view = view.with(newer);
  }

  /** Puts a view in place whatever its revisions: they have fallen back. */
  synchronized void replace(MemberView other) {
    view = other;
  }
}
