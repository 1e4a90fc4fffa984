/**
 * How a client of ours spreads its calls over the nodes of a service, and goes on when one of them
 * drains, dies or hangs. Start with {@link dev.latchkey.kit.balancing.Balancing}. Knows of gRPC and
 * of the wire contracts, nothing else.
 */
@NullMarked
package dev.latchkey.kit.balancing;

import org.jspecify.annotations.NullMarked;
