/**
 * The keys that must exist before any key can be made: the operator's and the services' own. Start
 * with {@link dev.latchkey.keys.bootstrap.PlatformKeys}.
 */
@NullMarked
package dev.latchkey.keys.bootstrap;

import org.jspecify.annotations.NullMarked;
