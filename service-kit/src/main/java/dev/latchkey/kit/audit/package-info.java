/**
 * What was changed through a service, by whom, and from where. Start with {@link
 * dev.latchkey.kit.audit.AuditLog}, which writes events in the transaction of the change itself;
 * {@link dev.latchkey.kit.audit.AuditLists} reads them. Each service has the table {@code
 * audit_event} in its own database, which takes rows and never changes or loses one.
 */
@NullMarked
package dev.latchkey.kit.audit;

import org.jspecify.annotations.NullMarked;
