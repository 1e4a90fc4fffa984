package dev.latchkey.keys.feed;

import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Notes what a node has read from the log. */
final class HeardChanges implements KeyFeedListener {
  final Queue<UUID> keyIds = new ConcurrentLinkedQueue<>();
  final AtomicInteger gaps = new AtomicInteger();

  @Override
  public void onRead(List<KeyChange> changes, FeedPosition position) {
    changes.forEach(change -> keyIds.addAll(change.keyIds()));
  }

  @Override
  public void onGap(FeedPosition position) {
    gaps.incrementAndGet();
  }
}
