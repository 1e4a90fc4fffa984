/**
 * Whether the edge should be sent requests, and what it waits for if not. Start with {@link
 * dev.latchkey.edge.health.KeyServiceWatch}. May not import the routes.
 */
@NullMarked
package dev.latchkey.edge.health;

import org.jspecify.annotations.NullMarked;
