package dev.latchkey.keys;

import dev.latchkey.keys.bootstrap.PlatformKeys;
import dev.latchkey.keys.feed.KeyFeed;
import dev.latchkey.keys.tenancy.TenancyFollower;
import dev.latchkey.keys.usage.UsagePartitions;
import dev.latchkey.kit.runtime.BeforeServing;
import jakarta.inject.Singleton;

/**
 * What happens once the database is there and before the first call: what is stored first, then the
 * feeds.
 */
@Singleton
final class Startup implements BeforeServing {
  private final UsagePartitions partitions;
  private final PlatformKeys platformKeys;
  private final KeyFeed feed;
  private final TenancyFollower follower;

  Startup(
      UsagePartitions partitions,
      PlatformKeys platformKeys,
      KeyFeed feed,
      TenancyFollower follower) {
    this.partitions = partitions;
    this.platformKeys = platformKeys;
    this.feed = feed;
    this.follower = follower;
  }

  @Override
  public void prepare() {
    partitions.start();
    platformKeys.ensure();
    feed.start();
    follower.start();
  }
}
