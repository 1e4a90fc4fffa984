/**
 * Which address a request came from, behind proxies that are trusted to say so. Start with {@link
 * dev.latchkey.edge.address.ForwardedFor}. Pure: imports nothing but the JDK and {@code kit.net}.
 */
@NullMarked
package dev.latchkey.edge.address;

import org.jspecify.annotations.NullMarked;
