/**
 * What the end-to-end tests are written with: one platform for all of them, tenants and keys made
 * in a line, the edge as a client sees it. Start with {@link dev.latchkey.harness.kit.OnPlatform}.
 */
@NullMarked
package dev.latchkey.harness.kit;

import org.jspecify.annotations.NullMarked;
