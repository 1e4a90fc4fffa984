/**
 * Who may make which call, over both services and with real keys. Start with {@link
 * dev.latchkey.harness.access.AuthorizationMatrixTest}; the table of what each call needs is {@link
 * dev.latchkey.harness.access.Needs}.
 */
@NullMarked
package dev.latchkey.harness.access;

import org.jspecify.annotations.NullMarked;
