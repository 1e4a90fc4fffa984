package dev.latchkey.keys.standby;

import dev.latchkey.keys.feed.FeedPosition;
import dev.latchkey.keys.feed.KeyChange;
import dev.latchkey.keys.feed.KeyFeedListener;
import jakarta.inject.Singleton;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a standby must have come for its answers to be kept in this node's memory: at least to
 * every change this node has heard of, and to every change it made itself. Safe for use by many
 * threads; asking takes no lock.
 */
@Singleton
public final class StandbyGate implements KeyFeedListener {
  /**
   * How many readings of the log after a commit of this node's own cover it: the first may have
   * begun before it, the second began after the first.
   */
  private static final int READINGS_AFTER_COMMIT = 2;

  /** What a standby must have replayed; null while none may be asked. */
  private volatile @Nullable FeedPosition required;

  /** What it had to have replayed before the reading under way. */
  private @Nullable FeedPosition before;

  private int readingsToWait = 1;

  /** What a standby must have replayed to be asked; null if none may be. */
  @Nullable FeedPosition required() {
    return required;
  }

  /** This node has changed keys, or may have. Called before it forgets them. */
  public synchronized void committedHere() {
    readingsToWait = READINGS_AFTER_COMMIT;
    required = null;
  }

  @Override
  public synchronized void beforeRead(FeedPosition position) {
    if (readingsToWait == 0) {
      before = required;
      required = position;
    }
  }

  @Override
  public synchronized void onRead(List<KeyChange> changes, FeedPosition position) {
    if (readingsToWait > 0) {
      readingsToWait--;
      if (readingsToWait == 0) {
        required = position;
      }
      return;
    }
    FeedPosition last = before;
    // Without changes nothing new is asked of the standby, unless another server was read.
    boolean same = changes.isEmpty() && last != null && last.timeline().equals(position.timeline());
    required = same ? last : position;
    before = null;
  }

  @Override
  public synchronized void onGap(FeedPosition position) {
    if (readingsToWait < READINGS_AFTER_COMMIT) {
      readingsToWait = 0;
      required = position;
    } else {
      readingsToWait--;
    }
    before = null;
  }
}
