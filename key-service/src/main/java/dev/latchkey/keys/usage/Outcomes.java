package dev.latchkey.keys.usage;

import dev.latchkey.keys.decision.Decision;
import dev.latchkey.keys.decision.Rights;
import dev.latchkey.proto.keys.v1.DenialReason;
import java.util.Map;

/**
 * The outcomes of decisions as they are counted and stored: 0 for allowed, otherwise the number of
 * the denial's reason on the wire, which never changes.
 */
final class Outcomes {
  static final int ALLOWED = 0;

  private static final Map<dev.latchkey.keys.decision.DenialReason, Integer> NUMBERS = numbers();

  /** One more than the highest number. */
  static final int COUNT =
      1 + NUMBERS.values().stream().mapToInt(Integer::intValue).max().orElseThrow();

  private Outcomes() {}

  private static Map<dev.latchkey.keys.decision.DenialReason, Integer> numbers() {
    Map<dev.latchkey.keys.decision.DenialReason, Integer> numbers =
        new java.util.EnumMap<>(dev.latchkey.keys.decision.DenialReason.class);
    for (var reason : dev.latchkey.keys.decision.DenialReason.values()) {
      numbers.put(reason, DenialReason.valueOf("DENIAL_REASON_" + reason.name()).getNumber());
    }
    return numbers;
  }

  static int of(Decision decision) {
    return switch (decision) {
      case Rights _ -> ALLOWED;
      case Decision.Denied denied -> NUMBERS.getOrDefault(denied.reason(), ALLOWED);
    };
  }
}
