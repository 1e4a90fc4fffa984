package dev.latchkey.tenancy.endpoint;

import dev.latchkey.kit.audit.AuditTarget;
import dev.latchkey.kit.runtime.PeriodicTask;
import dev.latchkey.tenancy.node.ExpiredEnvironments;
import dev.latchkey.tenancy.node.Node;
import dev.latchkey.tenancy.settings.TenantServiceSettings;
import dev.latchkey.tenancy.wire.NodeMessages;
import io.micronaut.context.annotation.Context;
import jakarta.annotation.PreDestroy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Marks environments deleted whose time has passed, so that those who keep a copy can drop them.
 * Nothing rests on when it does: whoever asks is told by the clock. Every node of the service may
 * do it at once; each environment is marked by one of them.
 */
@Context
final class ExpirySweep {
  private static final Logger LOG = LoggerFactory.getLogger(ExpirySweep.class);

  /** How many in one transaction, which makes all other writers wait while it logs them. */
  static final int BATCH = 50;

  private static final String ACTION = "EnvironmentService.ExpireEnvironment";
  private static final Writes.Kind<Node> KIND =
      new Writes.Kind<>(
          NodeMessages::ownSettings,
          NodeMessages::change,
          node -> new AuditTarget(node.level().typeName(), node.id(), node.lineage()));

  private final ExpiredEnvironments expired;
  private final Writes writes;
  private final PeriodicTask task;

  ExpirySweep(ExpiredEnvironments expired, Writes writes, TenantServiceSettings settings) {
    this.expired = expired;
    this.writes = writes;
    this.task = PeriodicTask.start("expiry-sweep", settings.expirySweepInterval(), this::sweep);
  }

  /** Marks all whose time has passed by now, and tells how many. */
  int sweep() {
    int all = 0;
    int batch;
    do {
      batch = writes.runAll(KIND, ACTION, in -> expired.delete(in, BATCH));
      all += batch;
    } while (batch == BATCH);
    LOG.debug("{} expired environments marked deleted", all);
    return all;
  }

  @PreDestroy
  void close() {
    task.close();
  }
}
