/** The fault suite in its short form, with every build. */
@NullMarked
package dev.latchkey.harness.faults;

import org.jspecify.annotations.NullMarked;
