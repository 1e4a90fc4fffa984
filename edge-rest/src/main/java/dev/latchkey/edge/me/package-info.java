/**
 * {@code GET /api/v1/me}: whose key this is. Start with {@link dev.latchkey.edge.me.MeRoute}. May
 * not import the other routes.
 */
@NullMarked
package dev.latchkey.edge.me;

import org.jspecify.annotations.NullMarked;
