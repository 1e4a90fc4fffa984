package dev.latchkey.keys;

import dev.latchkey.keys.bootstrap.PlatformKeys;
import dev.latchkey.keys.feed.KeyFeed;
import dev.latchkey.keys.tenancy.TenancyFollower;
import io.micronaut.context.annotation.Context;
import jakarta.annotation.PostConstruct;

/** What happens once the beans are there and before the first call: keys first, then the feeds. */
@Context
final class Startup {
  private final PlatformKeys platformKeys;
  private final KeyFeed feed;
  private final TenancyFollower follower;

  Startup(PlatformKeys platformKeys, KeyFeed feed, TenancyFollower follower) {
    this.platformKeys = platformKeys;
    this.feed = feed;
    this.follower = follower;
  }

  @PostConstruct
  void run() {
    platformKeys.ensure();
    feed.start();
    follower.start();
  }
}
