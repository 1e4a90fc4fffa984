package dev.latchkey.tenancy.endpoint;

import com.google.protobuf.Message;
import dev.latchkey.kit.audit.AuditChange;
import dev.latchkey.kit.audit.AuditLog;
import dev.latchkey.kit.audit.AuditTarget;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.idempotency.Idempotency;
import dev.latchkey.tenancy.change.Change;
import dev.latchkey.tenancy.change.ChangeLog;
import dev.latchkey.tenancy.change.NewestRevision;
import dev.latchkey.tenancy.change.Outcome;
import io.grpc.stub.StreamObserver;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The frame of every change: in one transaction the answer to an earlier run is looked up, or the
 * change is made, its audit event and its answer are stored, and the change is written to the log,
 * last of all; then those who follow the log are woken.
 */
@Singleton
final class Writes {
  /** A committed answer, and the revision it was logged with, if it changed anything. */
  private record Committed<A>(A answer, OptionalLong revision) {}

  private final Transactions transactions;
  private final ChangeLog log;
  private final NewestRevision newest;
  private final AuditLog audit;

  Writes(Transactions transactions, ChangeLog log, NewestRevision newest, AuditLog audit) {
    this.transactions = transactions;
    this.log = log;
    this.newest = newest;
    this.audit = audit;
  }

  /**
   * What all resources of a kind have in common here.
   *
   * @param message how one is answered
   * @param change what is logged of one that changed
   * @param target what the audit log calls one
   */
  record Kind<T>(
      Function<T, Message> message, Function<T, Change> change, Function<T, AuditTarget> target) {

    private List<AuditChange> audited(Outcome<T> outcome) {
      T before = outcome.before();
      return outcome.changed()
          ? List.of(
              new AuditChange(
                  target.apply(outcome.result()),
                  before == null ? null : message.apply(before),
                  message.apply(outcome.result())))
          : List.of();
    }
  }

  /**
   * Makes the change that a request asks for, once, and sends the answer.
   *
   * @param requestId null if the caller does not ask for repeats to be told apart
   * @param answer an empty one
   * @param work the change itself
   */
  <T, A extends Message> void run(
      Kind<T> kind,
      Request request,
      @Nullable UUID requestId,
      A answer,
      StreamObserver<A> out,
      Function<Connection, Outcome<T>> work) {
    Message message = request.message();
    String call = message.getDescriptorForType().getFullName();
    A given =
        commit(
            requestId != null,
            connection -> {
              Optional<A> earlier =
                  Idempotency.earlierAnswer(
                      connection, requestId, call, message, Answers.parser(answer));
              if (earlier.isPresent()) {
                return new Committed<>(earlier.get(), OptionalLong.empty());
              }
              Outcome<T> outcome = work.apply(connection);
              audit.append(connection, kind.audited(outcome));
              A first = Answers.one(answer, kind.message().apply(outcome.result()));
              Idempotency.remember(connection, requestId, first);
              return new Committed<>(first, append(connection, outcome, kind));
            });
    Answers.send(given, out);
  }

  /**
   * Makes a change that the service itself wants.
   *
   * @param action what the audit log calls it, named as a call would be
   */
  <T> T run(Kind<T> kind, String action, Function<Connection, Outcome<T>> work) {
    return commit(
        false,
        connection -> {
          Outcome<T> outcome = work.apply(connection);
          audit.appendOwn(connection, action, kind.audited(outcome));
          return new Committed<>(outcome.result(), append(connection, outcome, kind));
        });
  }

  /**
   * Makes some changes that the service itself wants, and tells how many.
   *
   * @param action what the audit log calls them, named as a call would be
   */
  <T> int runAll(Kind<T> kind, String action, Function<Connection, List<Outcome<T>>> work) {
    return commit(
        false,
        connection -> {
          List<Outcome<T>> outcomes = work.apply(connection);
          outcomes.forEach(outcome -> audit.appendOwn(connection, action, kind.audited(outcome)));
          OptionalLong last = OptionalLong.empty();
          for (Outcome<T> outcome : outcomes) {
            last = append(connection, outcome, kind);
          }
          return new Committed<>(outcomes.size(), last);
        });
  }

  /**
   * @param isIdempotent whether a repeat of work that was committed finds that out
   */
  private <A> A commit(boolean isIdempotent, Function<Connection, Committed<A>> work) {
    Committed<A> committed =
        isIdempotent ? transactions.writeIdempotent(work) : transactions.write(work);
    committed.revision().ifPresent(newest::reached);
    return committed.answer();
  }

  private <T> OptionalLong append(Connection connection, Outcome<T> outcome, Kind<T> kind) {
    return outcome.changed()
        ? OptionalLong.of(log.append(connection, kind.change().apply(outcome.result())))
        : OptionalLong.empty();
  }
}
