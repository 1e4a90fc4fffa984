/**
 * The decision on a client's own key, for every route that needs one, and what of it becomes header
 * fields. Start with {@link dev.latchkey.edge.decision.Decisions}. May not import the routes.
 */
@NullMarked
package dev.latchkey.edge.decision;

import org.jspecify.annotations.NullMarked;
