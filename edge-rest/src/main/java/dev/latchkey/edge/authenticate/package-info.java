/**
 * {@code POST /api/v1/authenticate}: key-service's Authenticate for callers without gRPC, in the
 * JSON of the same messages. Start with {@link
 * dev.latchkey.edge.authenticate.AuthenticateController}. May not import the other routes.
 */
@NullMarked
package dev.latchkey.edge.authenticate;

import org.jspecify.annotations.NullMarked;
