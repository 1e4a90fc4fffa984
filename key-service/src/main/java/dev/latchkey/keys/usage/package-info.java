/**
 * How keys are used: counted at every decision, written every few seconds, and asked for. Start
 * with {@link dev.latchkey.keys.usage.KeyMeter}, which a decision counts on, then {@link
 * dev.latchkey.keys.usage.UsageFlusher}, which writes what was counted, and {@link
 * dev.latchkey.keys.usage.UsageEndpoint}, which serves it. Knows nothing of how keys are made or
 * looked up.
 *
 * <p>What a decision costs here: a key's meter hangs on its entry in memory, so there is no look-up
 * of the key; the counter of a minute and outcome is one atomic addition, the client's address a
 * comparison with the one before and a second addition. The first decision of a key after each
 * flush and in each minute takes the key's own lock; counters are made only for a key that was not
 * in use (some 130 bytes), and for a second address and each further one (an entry in a map of that
 * key's own). Counters are not striped: a decision takes microseconds, so even if all were about
 * one key its counter would mostly be idle.
 */
@NullMarked
package dev.latchkey.keys.usage;

import org.jspecify.annotations.NullMarked;
