package dev.latchkey.kit.runtime;

import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.idempotency.Idempotency;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Requires;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes remembered answers that are too old, once an hour, where there is a database. */
@Context
@Requires(bean = ServiceHost.Plan.class)
public final class IdempotencySweep {
  private static final Logger LOG = LoggerFactory.getLogger(IdempotencySweep.class);
  private static final Duration INTERVAL = Duration.ofHours(1);

  private final Transactions transactions;
  private final InstantSource clock;
  private final PeriodicTask task;

  IdempotencySweep(Transactions transactions, InstantSource clock) {
    this.transactions = transactions;
    this.clock = clock;
    this.task = PeriodicTask.start("idempotency-sweep", INTERVAL, this::sweep);
  }

  /** Removes what is too old now. */
  public void sweep() {
    int removed =
        transactions.write(connection -> Idempotency.forgetOld(connection, clock.instant()));
    LOG.debug("{} remembered answers removed", removed);
  }

  @PreDestroy
  void close() {
    task.close();
  }
}
