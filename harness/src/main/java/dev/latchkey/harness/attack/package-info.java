/**
 * What hostile or unlucky surroundings do to a service: floods, slow and silent connections, frames
 * that are too large, a full disk, a clock that is set wrong. Every attack is bounded in time and
 * count. Start with {@link dev.latchkey.harness.attack.Flood}.
 */
@NullMarked
package dev.latchkey.harness.attack;

import org.jspecify.annotations.NullMarked;
