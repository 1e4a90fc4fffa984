/**
 * Management over HTTP: each route is one gRPC call with the caller's own key, in the JSON of its
 * messages. Start with {@link dev.latchkey.edge.management.Operations}, the table of all routes; a
 * new call is a line there. May not import the other routes.
 */
@NullMarked
package dev.latchkey.edge.management;

import org.jspecify.annotations.NullMarked;
