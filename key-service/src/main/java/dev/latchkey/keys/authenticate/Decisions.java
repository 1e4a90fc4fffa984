package dev.latchkey.keys.authenticate;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.latchkey.keys.hashing.HashBits;
import dev.latchkey.kit.errors.ApiException;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;

/**
 * Decides on requests: at once where everything is in memory, and otherwise as soon as what is
 * missing has come. Never waits. Safe for use by many threads.
 */
@Singleton
final class Decisions {
  /** More rounds than any load can make one request take: a loop that does not end is a fault. */
  private static final int MOST_ROUNDS = 1_000;

  private final Credentials credentials;
  private final Answers answers;
  private final Freshnesses freshnesses;

  Decisions(Credentials credentials, Answers answers, Freshnesses freshnesses) {
    this.credentials = credentials;
    this.answers = answers;
    this.freshnesses = freshnesses;
  }

  /**
   * Begins with a request.
   *
   * @param request the bytes of an {@code AuthenticateRequest}; they must not change until this
   *     returns
   * @return the answer, or what {@link #end} makes one of
   * @throws InvalidProtocolBufferException if they are no such message
   * @throws ApiException if the request has mistakes
   */
  Step begin(byte[] request) throws InvalidProtocolBufferException {
    return begin(request, 0, request.length);
  }

  /**
   * The same for a request among other bytes.
   *
   * @param from the place of its first
   * @param to the place behind its last
   */
  Step begin(byte[] bytes, int from, int to) throws InvalidProtocolBufferException {
    AskReader ask = AskReader.take();
    try {
      ask.read(bytes, from, to);
      return begin(ask);
    } finally {
      ask.back();
    }
  }

  private Step begin(AskReader ask) {
    HashBits hash = ask.hash(credentials);
    if (hash == null) {
      return begin(ask, Credentials.refused(ask.isWithoutCredential()));
    }
    Lookup lookup = credentials.ifPresent(hash);
    if (lookup instanceof Lookup.Found found) {
      ask.consume(found.fetch());
    }
    return lookup == null
        ? new Step.Later(anew(credentials.find(hash.fixed()), ask.kept(), MOST_ROUNDS))
        : begin(ask, lookup);
  }

  private Step begin(Ask ask, Lookup lookup) {
    return switch (answers.answer(lookup, ask)) {
      case Answer answer -> freshnesses.ifAsked(ask, lookup, answer);
      case Step unfinished -> new Step.Later(finish(unfinished, lookup, ask.kept(), MOST_ROUNDS));
    };
  }

  /** The same for a request that was read and whose credential is looked up. */
  Step decide(KeptAsk ask, Lookup lookup) {
    return switch (answers.answer(lookup, ask)) {
      case Answer answer -> freshnesses.counted(ask, lookup, answer);
      case Step unfinished -> new Step.Later(finish(unfinished, lookup, ask, MOST_ROUNDS));
    };
  }

  /** The answer that a step of these leads to. */
  static CompletableFuture<Answer> end(Step step) {
    return switch (step) {
      case Answer answer -> CompletableFuture.completedFuture(answer);
      case Step.Later later -> later.step().thenCompose(Decisions::end);
      case Step.Waiting _ -> throw new IllegalArgumentException("a request was not decided again");
    };
  }

  /** Decides from the start, as often as something has to be waited for on the way. */
  private CompletableFuture<Step> anew(CompletableFuture<Lookup> lookup, KeptAsk ask, int rounds) {
    return lookup.thenCompose(found -> finish(answers.answer(found, ask), found, ask, rounds));
  }

  /** What a step leads to once nothing has to be waited for any more. */
  private CompletableFuture<Step> finish(Step step, Lookup lookup, KeptAsk ask, int rounds) {
    return switch (step) {
      case Answer answer ->
          CompletableFuture.completedFuture(freshnesses.counted(ask, lookup, answer));
      case Step.Later later -> later.step().thenCompose(next -> finish(next, lookup, ask, rounds));
      case Step.Waiting waiting ->
          rounds == 0
              ? CompletableFuture.failedFuture(ApiException.overloaded())
              : anew(
                  waiting.ready().thenCompose(_ -> credentials.find(waiting.key())),
                  ask,
                  rounds - 1);
    };
  }
}
