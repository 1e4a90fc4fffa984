/**
 * The fault suite: faults brought upon a real {@link dev.latchkey.harness.fleet.Fleet} under steady
 * load, with a {@link dev.latchkey.harness.faults.Truth} that knows for each key what may be
 * answered. A fault is a {@link dev.latchkey.harness.faults.Scenario}; {@link
 * dev.latchkey.harness.faults.Scenarios} lists them, {@link dev.latchkey.harness.faults.FaultSuite}
 * runs them, and what one has shown is a {@link dev.latchkey.harness.faults.Row} of the table.
 */
@NullMarked
package dev.latchkey.harness.faults;

import org.jspecify.annotations.NullMarked;
