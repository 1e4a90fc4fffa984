package dev.latchkey.keys.tenancy;

import jakarta.inject.Singleton;
import java.util.Optional;

/** The copy of the tenancy for those who were told of it by any node of the service. */
@Singleton
public final class TenancyHistory {
  private final TenancyStore store;

  TenancyHistory(TenancyStore store) {
    this.store = store;
  }

  /**
   * What has changed since a revision; empty if that cannot be told, because the copy was made anew
   * since or does not reach that far.
   */
  public Optional<ChangedTenancy> since(long generation, long revision) {
    CopyPosition since = new CopyPosition(generation, revision);
    TenancyStore.Copied copied = store.beyond(since);
    return copied
        .position()
        .filter(now -> now.continues(since))
        .map(now -> ChangedTenancy.of(copied.resources()));
  }
}
