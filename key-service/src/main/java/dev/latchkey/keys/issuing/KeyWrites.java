package dev.latchkey.keys.issuing;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.latchkey.keys.authenticate.KeyDirectory;
import dev.latchkey.keys.hashing.KeyHash;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.idempotency.Idempotency;
import jakarta.inject.Singleton;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Runs every write on keys: once per request id, in one transaction, and holding on this node
 * before it returns.
 */
@Singleton
class KeyWrites {
  private final Transactions transactions;
  private final KeyDirectory directory;

  KeyWrites(Transactions transactions, KeyDirectory directory) {
    this.transactions = transactions;
    this.directory = directory;
  }

  /**
   * One write.
   *
   * @param call what it is called, and how its repeats are told from other calls'
   * @param requestId null: never a repeat
   * @param onRepeat what a repeat gets, given the first answer
   * @param work does it, and gives the answer to be stored: nothing secret
   */
  record Write<A extends Message>(
      String call,
      Message request,
      @Nullable UUID requestId,
      Parser<A> parser,
      UnaryOperator<A> onRepeat,
      Function<KeyTransaction, A> work) {}

  <A extends Message> A run(Write<A> write) {
    Set<KeyHash> touched = new HashSet<>();
    try {
      return transactions.write(
          connection -> {
            Optional<A> earlier =
                Idempotency.earlierAnswer(
                    connection, write.requestId(), write.call(), write.request(), write.parser());
            if (earlier.isPresent()) {
              return write.onRepeat().apply(earlier.get());
            }
            A answer = write.work().apply(new KeyTransaction(connection, touched));
            Idempotency.remember(connection, write.requestId(), answer);
            return answer;
          });
    } finally {
      // Also when it failed: a commit whose outcome was lost may have happened.
      touched.forEach(directory::forget);
    }
  }
}
