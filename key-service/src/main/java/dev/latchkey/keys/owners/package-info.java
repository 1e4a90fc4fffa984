/**
 * What becomes of a member's keys when the member loses access. Start with {@link
 * dev.latchkey.keys.owners.OwnerDeactivation}.
 */
@NullMarked
package dev.latchkey.keys.owners;

import org.jspecify.annotations.NullMarked;
