/**
 * The text of keys: how it is made, and how one is told from a typo without a look-up. Start with
 * {@link dev.latchkey.keys.format.KeyText}. Pure: no Micronaut, gRPC or JDBC, nor any other package
 * of the service.
 */
@NullMarked
package dev.latchkey.keys.format;

import org.jspecify.annotations.NullMarked;
