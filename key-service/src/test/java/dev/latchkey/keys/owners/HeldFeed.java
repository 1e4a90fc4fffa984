package dev.latchkey.keys.owners;

import dev.latchkey.keys.feed.FeedPosition;
import dev.latchkey.keys.feed.KeyChange;
import dev.latchkey.keys.feed.KeyFeedListener;
import java.util.List;
import java.util.concurrent.Semaphore;

/** Lets a node read on in the log of keys only while nobody holds it. */
final class HeldFeed implements KeyFeedListener {
  private final Semaphore free = new Semaphore(1);

  /** Nothing is taken from the log from now on but what is being taken. */
  void hold() {
    free.acquireUninterruptibly();
  }

  /** Whether a reading is held. */
  boolean isHolding() {
    return free.hasQueuedThreads();
  }

  void release() {
    free.release();
  }

  @Override
  public void beforeRead(FeedPosition position) {
    free.acquireUninterruptibly();
    free.release();
  }

  @Override
  public void onRead(List<KeyChange> changes, FeedPosition position) {}

  @Override
  public void onGap(FeedPosition position) {}
}
