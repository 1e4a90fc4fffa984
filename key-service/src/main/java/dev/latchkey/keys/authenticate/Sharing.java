package dev.latchkey.keys.authenticate;

import com.google.common.collect.Interner;
import com.google.common.collect.Interners;
import jakarta.inject.Singleton;

/**
 * One object for all that are equal: the keys of a project mostly have the same scopes, networks
 * and limits. Keys in memory are then small, and what a decision looks at is in the processor's
 * caches because the decision before looked at it. What no key has any more is collected. Safe for
 * use by many threads.
 */
@Singleton
final class Sharing {
  private final Interner<Object> known = Interners.newWeakInterner();

  /**
   * The object that stands for all that are equal to a value.
   *
   * @param value to be told from its equals by nobody, of a type whose equal values are of the same
   *     class
   */
  @SuppressWarnings("unchecked") // What is equal to the value is of its class.
  <T> T one(T value) {
    return (T) known.intern(value);
  }
}
