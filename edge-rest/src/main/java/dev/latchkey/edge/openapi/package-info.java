/**
 * The description of the API for programs and for people, as the build made them from the table of
 * routes and the .proto files. Start with {@link dev.latchkey.edge.openapi.DocumentsController}.
 * May not import the other routes.
 */
@NullMarked
package dev.latchkey.edge.openapi;

import org.jspecify.annotations.NullMarked;
