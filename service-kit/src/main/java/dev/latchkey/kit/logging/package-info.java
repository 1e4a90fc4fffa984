/**
 * How log records reach standard output: one line each, gathered for a moment. Set up in {@code
 * latchkey/logging.xml}; may not be called by anybody.
 */
@NullMarked
package dev.latchkey.kit.logging;

import org.jspecify.annotations.NullMarked;
