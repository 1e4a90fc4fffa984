/**
 * Streams of answers that go at the client's pace and end when the service drains. Start with
 * {@link dev.latchkey.kit.stream.Outlet}.
 */
@NullMarked
package dev.latchkey.kit.stream;

import org.jspecify.annotations.NullMarked;
