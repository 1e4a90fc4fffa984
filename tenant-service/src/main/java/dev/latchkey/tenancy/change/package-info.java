/**
 * The log of what changed, dense and in the order of commits. Start with {@link
 * dev.latchkey.tenancy.change.ChangeLog}. Does not know what a change is about; may not import any
 * other package of the service.
 */
@NullMarked
package dev.latchkey.tenancy.change;

import org.jspecify.annotations.NullMarked;
