/**
 * The HTTP door of the platform: headers in, one gRPC call, an HTTP answer out. It has no database
 * and no rules of its own. Start with {@link dev.latchkey.edge.Application}; a request then walks
 * through {@code http}, then {@code me} or {@code authenticate} and {@code keyservice}, or {@code
 * management}, where a table holds every route. May not import JDBC or another service's code.
 */
@NullMarked
package dev.latchkey.edge;

import org.jspecify.annotations.NullMarked;
