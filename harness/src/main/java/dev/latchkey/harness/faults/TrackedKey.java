package dev.latchkey.harness.faults;

import dev.latchkey.kit.secret.Secret;

/**
 * A key and what may be answered for it. Whoever is about to change what its answer is says so
 * before the call that changes it ({@link #changing}), and again when the call has returned ({@link
 * #allowed}, {@link #denied}); where the call failed, nothing is known and nothing is said. Safe
 * for use by many threads; changes of one key by one at a time.
 */
public final class TrackedKey {
  private final String id;
  private final Secret secret;
  private volatile Expectation expectation;

  TrackedKey(String id, Secret secret) {
    this.id = id;
    this.secret = secret;
    this.expectation = new Expectation(Expectation.Answer.ALLOW, System.nanoTime());
  }

  /** The key's id. */
  public String id() {
    return id;
  }

  /** The key's text. */
  public Secret secret() {
    return secret;
  }

  /** A change begins: until it is acknowledged any answer will do. */
  public void changing() {
    expectation = new Expectation(Expectation.Answer.ANY, System.nanoTime());
  }

  /** It was acknowledged that the key is good. */
  public void allowed() {
    expectation = new Expectation(Expectation.Answer.ALLOW, System.nanoTime());
  }

  /** It was acknowledged that the key is not good any more. */
  public void denied() {
    expectation = new Expectation(Expectation.Answer.DENY, System.nanoTime());
  }

  /** Whether it was acknowledged last that the key is good. */
  public boolean isGood() {
    return expectation.answer() == Expectation.Answer.ALLOW;
  }

  /** Whether it was acknowledged last that the key is not good. */
  public boolean isBad() {
    return expectation.answer() == Expectation.Answer.DENY;
  }

  /** When the answer that is expected was acknowledged, by {@link System#nanoTime}. */
  public long since() {
    return expectation.since();
  }

  Expectation expectation() {
    return expectation;
  }

  @Override
  public String toString() {
    return "%s (%s)".formatted(id, secret);
  }
}
