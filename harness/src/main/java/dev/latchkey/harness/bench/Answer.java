package dev.latchkey.harness.bench;

import com.google.protobuf.Message;
import org.jspecify.annotations.Nullable;

/**
 * What a load looks at of an answer.
 *
 * @param id of the request on a stream; 0 for a call of its own
 * @param wrong what is not as it should be; null for the answer that was expected
 */
record Answer(long id, @Nullable String wrong) {
  /** The answer to a call of its own that was expected. */
  static final Answer GOOD = new Answer(0, null);

  static Answer unexpected(long id, Message message) {
    return new Answer(id, "not the answer expected: " + message);
  }
}
