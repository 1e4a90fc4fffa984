package dev.latchkey.tenancy.change;

/**
 * What an operation came to.
 *
 * @param result the thing as it now stands
 * @param changed false if it already stood so, and nothing was written
 */
public record Outcome<T>(T result, boolean changed) {
  public static <T> Outcome<T> changed(T result) {
    return new Outcome<>(result, true);
  }

  public static <T> Outcome<T> unchanged(T result) {
    return new Outcome<>(result, false);
  }
}
