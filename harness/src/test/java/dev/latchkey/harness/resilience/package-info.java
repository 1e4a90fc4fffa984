/**
 * What survives when processes die, and in which order they may start. Each class has a platform of
 * its own. Start with {@link dev.latchkey.harness.resilience.CrashTest}.
 */
@NullMarked
package dev.latchkey.harness.resilience;

import org.jspecify.annotations.NullMarked;
