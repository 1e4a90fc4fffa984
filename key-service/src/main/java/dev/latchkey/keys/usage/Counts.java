package dev.latchkey.keys.usage;

import dev.latchkey.proto.keys.v1.DenialCount;
import dev.latchkey.proto.keys.v1.UsageCounts;
import java.util.SortedMap;
import java.util.TreeMap;

/** Adds decisions up by outcome. For one thread. */
final class Counts {
  private final SortedMap<Integer, Long> byOutcome = new TreeMap<>();

  void add(int outcome, long count) {
    byOutcome.merge(outcome, count, Long::sum);
  }

  void add(Counts other) {
    other.byOutcome.forEach(this::add);
  }

  UsageCounts message() {
    UsageCounts.Builder message = UsageCounts.newBuilder();
    byOutcome.forEach(
        (outcome, count) -> {
          if (outcome == Outcomes.ALLOWED) {
            message.setAllowed(count);
          } else {
            message
                .setDenied(message.getDenied() + count)
                .addDenials(DenialCount.newBuilder().setReasonValue(outcome).setCount(count));
          }
        });
    return message.build();
  }
}
