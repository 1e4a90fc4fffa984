/**
 * Stops keys whose text somebody has in hand who should not, or whose holder says so. Start with
 * {@link dev.latchkey.keys.leak.LeakEndpoint}, which takes reports in and answers; {@link
 * dev.latchkey.keys.leak.LeakWorker} looks right after whether they are about a key.
 */
@NullMarked
package dev.latchkey.keys.leak;

import org.jspecify.annotations.NullMarked;
