/**
 * Tells those who keep answers of Authenticate which of them must go. Start with {@link
 * dev.latchkey.keys.invalidation.InvalidationEndpoint}; {@link
 * dev.latchkey.keys.invalidation.RecentChanges} is what the streams under way are fed from. Nothing
 * may import this package.
 */
@NullMarked
package dev.latchkey.keys.invalidation;

import org.jspecify.annotations.NullMarked;
