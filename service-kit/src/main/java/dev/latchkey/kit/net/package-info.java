/**
 * Addresses and networks as text, without ever asking DNS. Start with {@link
 * dev.latchkey.kit.net.Network}. Pure: imports nothing but the JDK.
 */
@NullMarked
package dev.latchkey.kit.net;

import org.jspecify.annotations.NullMarked;
