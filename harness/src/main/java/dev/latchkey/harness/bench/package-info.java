/**
 * Benchmarks against processes of their own. Start with {@link
 * dev.latchkey.harness.bench.AuthenticateBench}; what is measured and how is told in {@code
 * docs/benchmarks.md}.
 */
@NullMarked
package dev.latchkey.harness.bench;

import org.jspecify.annotations.NullMarked;
