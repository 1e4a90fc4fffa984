/** The kit that fleets are made of. */
@NullMarked
package dev.latchkey.harness.fleet;

import org.jspecify.annotations.NullMarked;
