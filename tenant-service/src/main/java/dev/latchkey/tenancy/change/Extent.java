package dev.latchkey.tenancy.change;

/**
 * How far the log reaches.
 *
 * @param oldest the oldest revision that can be read; one more than {@code newest} if none can
 * @param newest the newest revision; 0 before the first
 */
public record Extent(long oldest, long newest) {
  /** Whether everything from a revision on is still there, or yet to come. */
  public boolean covers(long from) {
    return from >= oldest && from <= newest + 1;
  }
}
