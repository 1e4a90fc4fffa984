/**
 * Which keys exist for a caller of management: {@link dev.latchkey.keys.access.KeyVisibility}.
 * Every call about a key or a list of keys asks here. Knows nothing of what the call does.
 */
@NullMarked
package dev.latchkey.keys.access;

import org.jspecify.annotations.NullMarked;
