package dev.latchkey.harness.bench;

import java.time.Duration;

/**
 * A load of calls that key-service's memory may not answer: a run in which it answered more than
 * two of a hundred fails.
 */
final class NeverCached implements Load {
  private static final double LEAST = 0.98;

  private final Load load;
  private final StoredGround ground;
  private long decisions;
  private long lookups;
  private long queries;

  NeverCached(Load load, StoredGround ground) {
    this.load = load;
    this.ground = ground;
  }

  @Override
  public Figures run(Duration duration) {
    long decided = ground.decisions();
    long lookedUp = ground.lookups();
    long asked = ground.queries();
    Figures figures = load.run(duration);
    decided = ground.decisions() - decided;
    lookedUp = ground.lookups() - lookedUp;
    if (decided == 0 || lookedUp < LEAST * decided) {
      throw new IllegalStateException(
          "of %d calls only %d were looked up in the database".formatted(decided, lookedUp));
    }
    decisions += decided;
    lookups += lookedUp;
    queries += ground.queries() - asked;
    return figures;
  }

  /** How many of the calls were looked up in the database, 0 to 1. */
  double share() {
    return (double) lookups / decisions;
  }

  /** How many were looked up by one query. */
  double lookupsPerQuery() {
    return (double) lookups / queries;
  }

  @Override
  public void close() {
    load.close();
  }
}
