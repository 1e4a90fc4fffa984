/**
 * How log records reach standard output: one line each, gathered for a moment. Logback finds {@link
 * dev.latchkey.kit.logging.LoggingSetup} by itself; nobody calls anything here.
 */
@NullMarked
package dev.latchkey.kit.logging;

import org.jspecify.annotations.NullMarked;
