/**
 * Training runs: each service is started once to record which classes it loads and how its methods
 * are used, and every later start begins with that. Start with {@link
 * dev.latchkey.harness.training.Training}.
 */
@NullMarked
package dev.latchkey.harness.training;

import org.jspecify.annotations.NullMarked;
