package dev.latchkey.keys;

import dev.latchkey.keys.bootstrap.PlatformKeys;
import dev.latchkey.keys.tenancy.TenancyFollower;
import io.micronaut.context.annotation.Context;
import jakarta.annotation.PostConstruct;

/** What happens once the beans are there and before the first call: keys first, then the feed. */
@Context
final class Startup {
  private final PlatformKeys platformKeys;
  private final TenancyFollower follower;

  Startup(PlatformKeys platformKeys, TenancyFollower follower) {
    this.platformKeys = platformKeys;
    this.follower = follower;
  }

  @PostConstruct
  void run() {
    platformKeys.ensure();
    follower.start();
  }
}
