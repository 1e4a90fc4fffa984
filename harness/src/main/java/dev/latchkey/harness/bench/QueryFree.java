package dev.latchkey.harness.bench;

import java.time.Duration;
import java.util.function.LongSupplier;

/** A load that may cost no query of the database: a run during which there was one fails. */
final class QueryFree implements Load {
  private final Load load;
  private final LongSupplier queries;

  /**
   * @param queries tells how many there were until now
   */
  QueryFree(Load load, LongSupplier queries) {
    this.load = load;
    this.queries = queries;
  }

  @Override
  public Figures run(Duration duration) {
    long before = queries.getAsLong();
    Figures figures = load.run(duration);
    long made = queries.getAsLong() - before;
    if (made != 0) {
      throw new IllegalStateException(made + " queries of the database (expected: none)");
    }
    return figures;
  }

  @Override
  public void close() {
    load.close();
  }
}
