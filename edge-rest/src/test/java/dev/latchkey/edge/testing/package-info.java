/**
 * What the tests of the edge stand on. Start with {@link dev.latchkey.edge.testing.EdgeFixture}: a
 * real edge against a {@link dev.latchkey.edge.testing.FakeKeyService}, both on real sockets.
 */
@NullMarked
package dev.latchkey.edge.testing;

import org.jspecify.annotations.NullMarked;
