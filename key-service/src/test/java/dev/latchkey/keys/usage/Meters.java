package dev.latchkey.keys.usage;

import java.util.List;
import java.util.UUID;

/** Meters of keys that are nothing but counted. */
final class Meters {
  private Meters() {}

  /** A meter of a key. */
  static KeyMeter of(UsageMeters meters, UUID key, List<UUID> lineage) {
    return new KeyMeter(meters) {
      @Override
      protected UUID id() {
        return key;
      }

      @Override
      protected List<UUID> lineage() {
        return lineage;
      }
    };
  }
}
