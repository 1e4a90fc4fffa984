package dev.latchkey.tenancy.change;

import org.jspecify.annotations.Nullable;

/**
 * What an operation came to.
 *
 * @param before the thing as it stood; null if it was made
 * @param result the thing as it now stands
 * @param changed false if it already stood so, and nothing was written
 */
public record Outcome<T>(@Nullable T before, T result, boolean changed) {
  public static <T> Outcome<T> created(T result) {
    return new Outcome<>(null, result, true);
  }

  public static <T> Outcome<T> changed(T before, T result) {
    return new Outcome<>(before, result, true);
  }

  public static <T> Outcome<T> unchanged(T result) {
    return new Outcome<>(result, result, false);
  }
}
