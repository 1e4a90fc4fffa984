/**
 * What strangers may tell without a key of their own: that they saw a key ({@code POST
 * /api/v1/leaked-keys}), and that the one they hold is to be revoked ({@code POST
 * /api/v1/me/revoke}). Start with {@link dev.latchkey.edge.leaks.LeakController}. May not import
 * the other routes.
 */
@NullMarked
package dev.latchkey.edge.leaks;

import org.jspecify.annotations.NullMarked;
