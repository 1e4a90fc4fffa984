package dev.latchkey.keys.usage;

import java.util.List;

/**
 * Counts that are written together and once. It never changes: a batch whose commit may or may not
 * have come through is written again under the same number, which finds out.
 *
 * @param sequence its number among the writer's own
 */
record UsageBatch(long sequence, List<Tally> tallies) {
  UsageBatch {
    tallies = List.copyOf(tallies);
  }
}
