package dev.latchkey.keys.issuing;

import dev.latchkey.kit.errors.ApiException;
import java.util.UUID;

/** What became of one key of an import. */
sealed interface ImportOutcome {
  /**
   * The key is there.
   *
   * @param already whether it was there before
   */
  record Imported(UUID keyId, boolean already) implements ImportOutcome {}

  /** The key was not taken. */
  record Refused(ApiException refusal) implements ImportOutcome {}
}
