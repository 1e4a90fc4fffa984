/**
 * {@code /api/v1/authorize}: a check that gateways can ask for each of their requests. Start with
 * {@link dev.latchkey.edge.authorize.AuthorizeRoute}. May not import the other routes.
 */
@NullMarked
package dev.latchkey.edge.authorize;

import org.jspecify.annotations.NullMarked;
