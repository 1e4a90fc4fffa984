package dev.latchkey.keys.issuing;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.latchkey.keys.authenticate.KeyDirectory;
import dev.latchkey.keys.feed.ChangeLog;
import dev.latchkey.keys.hashing.KeyHash;
import dev.latchkey.keys.standby.StandbyGate;
import dev.latchkey.kit.audit.AuditActor;
import dev.latchkey.kit.audit.AuditChange;
import dev.latchkey.kit.audit.AuditLog;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.idempotency.Idempotency;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs every write on keys: once per request id, in one transaction together with its audit events
 * and what other nodes are told, and holding on this node before it returns.
 */
@Singleton
public class KeyWrites {
  private final Transactions transactions;
  private final KeyDirectory directory;
  private final ChangeLog log;
  private final StandbyGate standby;
  private final AuditLog audit;
  private final InstantSource clock;

  KeyWrites(
      Transactions transactions,
      KeyDirectory directory,
      ChangeLog log,
      StandbyGate standby,
      AuditLog audit,
      InstantSource clock) {
    this.transactions = transactions;
    this.directory = directory;
    this.log = log;
    this.standby = standby;
    this.audit = audit;
    this.clock = clock;
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
    return commit(
        write.requestId() != null,
        transaction -> {
          Connection connection = transaction.connection();
          Optional<A> earlier =
              Idempotency.earlierAnswer(
                  connection, write.requestId(), write.call(), write.request(), write.parser());
          if (earlier.isPresent()) {
            return write.onRepeat().apply(earlier.get());
          }
          A answer = write.work().apply(transaction);
          audit.append(connection, events(transaction, Map.of()));
          Idempotency.remember(connection, write.requestId(), answer);
          return answer;
        });
  }

  /** Runs a write of the call this thread works on whose repeats change nothing by themselves. */
  <T> T run(Function<KeyTransaction, T> work) {
    return commit(
        false,
        transaction -> {
          T result = work.apply(transaction);
          audit.append(transaction.connection(), events(transaction, Map.of()));
          return result;
        });
  }

  /**
   * For whom a write is made that no call makes.
   *
   * @param action what the audit log calls it: {@code KeyService.DeactivateKey}
   * @param actor {@link AuditActor#NOBODY} for what the service does of its own accord
   * @param remarks what was said about it, for the audit log
   */
  public record Cause(String action, AuditActor actor, Map<String, String> remarks) {
    /** What the service does of its own accord. */
    public static Cause own(String action) {
      return new Cause(action, AuditActor.NOBODY, Map.of());
    }
  }

  /**
   * Runs a write that no call makes: by the service itself, or for an earlier call.
   *
   * @param cause asked for when the work is done
   */
  public <T> T runOwn(Function<KeyTransaction, T> work, Function<T, Cause> cause) {
    return commit(
        false,
        transaction -> {
          T result = work.apply(transaction);
          Cause known = cause.apply(result);
          audit.append(
              transaction.connection(),
              known.action(),
              known.actor(),
              events(transaction, known.remarks()));
          return result;
        });
  }

  /**
   * @param isIdempotent whether a repeat of work that was committed finds that out
   */
  private <T> T commit(boolean isIdempotent, Function<KeyTransaction, T> work) {
    Set<KeyHash> hashes = new HashSet<>();
    AtomicBoolean logged = new AtomicBoolean();
    Function<Connection, T> body =
        connection -> {
          KeyTransaction transaction = new KeyTransaction(connection, hashes);
          T result = work.apply(transaction);
          log.append(connection, transaction.touched());
          logged.set(!transaction.touched().isEmpty());
          return result;
        };
    try {
      return isIdempotent ? transactions.writeIdempotent(body) : transactions.write(body);
    } finally {
      // Also when it failed: a commit whose outcome was lost may have happened.
      standby.committedHere();
      hashes.forEach(directory::forget);
      if (logged.get()) {
        log.committed();
      }
    }
  }

  private List<AuditChange> events(KeyTransaction transaction, Map<String, String> remarks) {
    Instant now = clock.instant();
    return Stream.concat(
            transaction.changes().stream()
                .map(changed -> KeyEvents.change(changed.before(), changed.after(), now, remarks)),
            transaction.notes().stream())
        .toList();
  }
}
