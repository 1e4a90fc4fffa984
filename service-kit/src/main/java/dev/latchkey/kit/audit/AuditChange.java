package dev.latchkey.kit.audit;

import com.google.protobuf.Message;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One change of one resource.
 *
 * @param before the resource before the change; null where it was made
 * @param after the resource after the change; null where it is gone
 * @param remarks what was said about the change, by name; shown beside {@code after}
 */
public record AuditChange(
    AuditTarget target,
    @Nullable Message before,
    @Nullable Message after,
    Map<String, String> remarks) {
  public AuditChange {
    remarks = Map.copyOf(remarks);
  }

  /** A change that nothing was said about. */
  public AuditChange(AuditTarget target, @Nullable Message before, @Nullable Message after) {
    this(target, before, after, Map.of());
  }
}
