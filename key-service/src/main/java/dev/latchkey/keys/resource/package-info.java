/**
 * Resources, and the patterns that grant them. Start with {@link
 * dev.latchkey.keys.resource.ResourceGrants}. Pure: no Micronaut, gRPC or JDBC.
 */
@NullMarked
package dev.latchkey.keys.resource;

import org.jspecify.annotations.NullMarked;
