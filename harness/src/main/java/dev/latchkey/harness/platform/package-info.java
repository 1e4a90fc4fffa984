/**
 * The whole platform as processes of its own, for tests and benchmarks: built jars, real sockets,
 * real PostgreSQL, and nothing left behind. Start with {@link
 * dev.latchkey.harness.platform.Platform}.
 */
@NullMarked
package dev.latchkey.harness.platform;

import org.jspecify.annotations.NullMarked;
