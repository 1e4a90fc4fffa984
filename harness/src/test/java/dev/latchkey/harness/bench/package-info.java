/** The benchmarks' frame. */
@NullMarked
package dev.latchkey.harness.bench;

import org.jspecify.annotations.NullMarked;
