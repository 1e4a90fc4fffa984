/**
 * Who may make a call. {@link dev.latchkey.kit.access.ManagementInterceptor} is the one place where
 * management calls are authorized; the rules themselves stand beside the calls in the .proto files.
 */
@NullMarked
package dev.latchkey.kit.access;

import org.jspecify.annotations.NullMarked;
