/** The benchmark of the decision, beside what it measures: see {@link DecisionBenchmarks}. */
@NullMarked
package dev.latchkey.keys.authenticate;

import org.jspecify.annotations.NullMarked;
