package dev.latchkey.keys.feed;

/**
 * How far the log of key changes was read: everything that was committed when the primary database
 * stood here.
 *
 * @param timeline the primary's timeline; another one after a failover
 * @param snapshot which transactions were committed, as {@code pg_current_snapshot} tells it
 * @param lsn a place in the primary's write-ahead log that no commit of the snapshot lies behind
 */
public record FeedPosition(String timeline, String snapshot, String lsn) {}
