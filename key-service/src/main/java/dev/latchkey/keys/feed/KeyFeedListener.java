package dev.latchkey.keys.feed;

import java.util.List;

/** Wants to know what was read from the log of key changes. */
public interface KeyFeedListener {
  /**
   * The log was read up to here, and what it says is about to hold in memory: whatever is read from
   * a database from now on, to be kept in memory, must be at least this recent. Called for every
   * read, and perhaps again if the change of memory failed.
   */
  default void beforeRead(FeedPosition position) {}

  /**
   * The log was read, and what it said holds in this node's memory. Called for every read, also one
   * that found nothing; by one thread, which must not be kept waiting.
   *
   * @param changes in no particular order
   */
  void onRead(List<KeyChange> changes, FeedPosition position);

  /**
   * Changes may have been missed, and all keys were forgotten: everything up to here is unknown.
   * Also called for the first reading after the start.
   */
  void onGap(FeedPosition position);
}
