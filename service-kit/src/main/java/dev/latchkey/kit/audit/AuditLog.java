package dev.latchkey.kit.audit;

import dev.latchkey.kit.access.CallOrigin;
import dev.latchkey.kit.id.Uuid7;
import java.sql.Connection;
import java.util.List;

/**
 * Writes down what was changed, in the transaction of the change itself: there is no change without
 * its event, and no event of a change that did not come about. Never writes a secret: a message
 * whose type could hold one is refused.
 */
public final class AuditLog {
  private final Uuid7 ids;

  public AuditLog(Uuid7 ids) {
    this.ids = ids;
  }

  /** Writes down changes that the call this thread works on has made. */
  public void append(Connection connection, List<AuditChange> changes) {
    String action =
        CallOrigin.current()
            .orElseThrow(() -> new IllegalStateException("no call: its origin is not known"))
            .action();
    append(connection, action, AuditActor.current(), changes);
  }

  /**
   * Writes down changes that the service has made of its own accord.
   *
   * @param action what it did, named as a call would be: {@code KeyService.DeactivateKey}
   */
  public void appendOwn(Connection connection, String action, List<AuditChange> changes) {
    append(connection, action, AuditActor.NOBODY, changes);
  }

  /** Writes down changes that were made for an actor, in or after its call. */
  public void append(
      Connection connection, String action, AuditActor actor, List<AuditChange> changes) {
    if (!changes.isEmpty()) {
      AuditStore.insert(connection, ids, action, actor, changes);
    }
  }
}
