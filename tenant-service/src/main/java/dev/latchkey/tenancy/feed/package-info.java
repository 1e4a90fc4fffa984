/**
 * The feed for those who keep a copy of the tenancy. Start with {@link
 * dev.latchkey.tenancy.feed.TenancyWatchEndpoint}; {@link dev.latchkey.tenancy.feed.WatchSession}
 * is one watcher, {@link dev.latchkey.kit.stream.Outlet} the stream to it. Nothing may import this
 * package.
 */
@NullMarked
package dev.latchkey.tenancy.feed;

import org.jspecify.annotations.NullMarked;
