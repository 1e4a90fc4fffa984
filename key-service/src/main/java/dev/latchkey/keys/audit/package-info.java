/**
 * Tells what was changed in this service. Start with {@link dev.latchkey.keys.audit.AuditEndpoint};
 * the events are written where the changes are made, by {@link
 * dev.latchkey.keys.issuing.KeyWrites}.
 */
@NullMarked
package dev.latchkey.keys.audit;

import org.jspecify.annotations.NullMarked;
