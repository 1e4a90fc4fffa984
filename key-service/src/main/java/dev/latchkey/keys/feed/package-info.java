/**
 * How the nodes of the service learn of each other's changes of keys. A change is written down in
 * its own transaction; every node follows what was written, and knows how recent its knowledge is.
 * Start with {@link dev.latchkey.keys.feed.KeyChange} and {@link dev.latchkey.keys.feed.Pulse}.
 */
@NullMarked
package dev.latchkey.keys.feed;

import org.jspecify.annotations.NullMarked;
