package dev.latchkey.keys.feed;

import java.util.List;

/**
 * What one reading of the log gave.
 *
 * @param position how far it was read
 * @param run which run of the primary answered: another one after each crash, when transactions
 *     that nobody had seen may have vanished and their numbers may be given out again
 * @param entries what has become visible since the position before
 * @param gap whether there may have been more: rows were deleted unseen, there were too many, or
 *     the database stood further before
 */
record FeedRead(FeedPosition position, String run, List<Entry> entries, boolean gap) {
  /**
   * A row.
   *
   * @param ageNanos how long before the reading it was written, by the database's clock
   */
  record Entry(KeyChange change, long ageNanos) {}

  List<KeyChange> changes() {
    return entries.stream().map(Entry::change).toList();
  }

  /** Whether it does not continue an earlier reading, so that changes may be missed in between. */
  boolean isGapAfter(FeedRead before) {
    return gap
        || !run.equals(before.run)
        || !position.timeline().equals(before.position.timeline());
  }
}
