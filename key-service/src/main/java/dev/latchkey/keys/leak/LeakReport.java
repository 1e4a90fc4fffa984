package dev.latchkey.keys.leak;

import dev.latchkey.keys.hashing.KeyHash;
import dev.latchkey.kit.audit.AuditActor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * A text that somebody has in hand, and wants stopped if it is a key.
 *
 * @param held whether its holder asks for it; otherwise it was seen where it should not be
 * @param source where it was seen; may be empty
 */
record LeakReport(
    UUID id, KeyHash hash, boolean held, String source, String note, AuditActor reporter) {

  /** What the audit log calls it. */
  String action() {
    return held ? "LeakService.RevokeHeldKey" : "LeakService.ReportLeakedKey";
  }

  /** What was said about it. */
  Map<String, String> remarks() {
    Map<String, String> remarks = new LinkedHashMap<>();
    if (!source.isEmpty()) {
      remarks.put("source", source);
    }
    if (!note.isEmpty()) {
      remarks.put("note", note);
    }
    return remarks;
  }
}
