/**
 * The least that can stand where the edge stands: a controller on the same HTTP server that makes
 * one call and looks at nothing. Start with {@link dev.latchkey.bare.http.BareHttp}; may import
 * nothing of a service.
 */
@NullMarked
package dev.latchkey.bare.http;

import org.jspecify.annotations.NullMarked;
