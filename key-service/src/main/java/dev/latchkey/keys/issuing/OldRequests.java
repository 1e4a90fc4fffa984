package dev.latchkey.keys.issuing;

import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.idempotency.Idempotency;
import io.micronaut.scheduling.annotation.Scheduled;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Forgets the answers of writes whose repeats are too old to come. */
@Singleton
class OldRequests {
  private static final Logger LOG = LoggerFactory.getLogger(OldRequests.class);

  private final Transactions transactions;
  private final InstantSource clock;

  OldRequests(Transactions transactions, InstantSource clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  @Scheduled(initialDelay = "1m", fixedDelay = "1h")
  void forget() {
    try {
      transactions.write(connection -> Idempotency.forgetOld(connection, clock.instant()));
    } catch (ApiException unavailable) {
      LOG.info("old requests stay for now: {}", unavailable.explanation());
    }
  }
}
