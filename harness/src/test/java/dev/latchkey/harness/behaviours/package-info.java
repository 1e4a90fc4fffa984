/**
 * The promised behaviours, end to end: one class for each system, one test or more for each row,
 * whose display name starts with the row's id. Start with {@link
 * dev.latchkey.harness.behaviours.MemicTest}.
 */
@NullMarked
package dev.latchkey.harness.behaviours;

import org.jspecify.annotations.NullMarked;
