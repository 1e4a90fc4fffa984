/**
 * From the domain to the messages of {@code latchkey.tenancy.v1}. Start with {@link
 * dev.latchkey.tenancy.wire.NodeMessages}. Translates and decides nothing; may import {@code node},
 * {@code plan}, {@code policy}, {@code member} and {@code change} alone of the service's packages.
 */
@NullMarked
package dev.latchkey.tenancy.wire;

import org.jspecify.annotations.NullMarked;
