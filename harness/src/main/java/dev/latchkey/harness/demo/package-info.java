/**
 * The demo tenants: four public API-key systems side by side on one deployment, told apart by data
 * alone. Start with {@link dev.latchkey.harness.demo.DemoSystem}, which is that data.
 */
@NullMarked
package dev.latchkey.harness.demo;

import org.jspecify.annotations.NullMarked;
