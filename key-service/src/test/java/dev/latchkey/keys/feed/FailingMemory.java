package dev.latchkey.keys.feed;

import java.sql.Connection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Cannot take in the change of one key, for some times. */
final class FailingMemory implements NodeMemory {
  final AtomicInteger failuresLeft = new AtomicInteger();
  private volatile @Nullable UUID refused;

  void refuse(UUID keyId, int times) {
    refused = keyId;
    failuresLeft.set(times);
  }

  @Override
  public void take(List<KeyChange> changes, Connection database) {
    UUID key = refused;
    if (key != null
        && changes.stream().anyMatch(change -> change.keyIds().contains(key))
        && failuresLeft.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new IllegalStateException("refused on purpose");
    }
  }

  @Override
  public void forgetAll(Connection database) {}
}
