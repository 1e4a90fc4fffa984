package dev.latchkey.keys.issuing;

import dev.latchkey.keys.access.KeyVisibility;
import dev.latchkey.keys.store.StoredKey;
import dev.latchkey.kit.audit.AuditChange;
import dev.latchkey.kit.audit.AuditTarget;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Changes of keys as the audit log tells them. */
public final class KeyEvents {
  private KeyEvents() {}

  /**
   * One change.
   *
   * @param before null where the key was made
   * @param now when it was made
   * @param remarks what was said about it
   */
  public static AuditChange change(
      @Nullable StoredKey before, StoredKey after, Instant now, Map<String, String> remarks) {
    return new AuditChange(
        new AuditTarget(KeyVisibility.TYPE, after.id(), after.binding().lineage()),
        before == null ? null : KeyMessages.key(before, now),
        KeyMessages.key(after, now),
        remarks);
  }
}
