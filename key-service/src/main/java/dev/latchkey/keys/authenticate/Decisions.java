package dev.latchkey.keys.authenticate;

import dev.latchkey.keys.hashing.HashBits;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
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
   * @return the answer, or what {@link #end} makes one of
   * @throws ApiException if the request has mistakes
   */
  Step begin(AuthenticateRequest request) {
    AskReader reader = AskReader.take();
    try {
      reader.read(request);
      return begin(request, reader);
    } finally {
      reader.back();
    }
  }

  private Step begin(AuthenticateRequest request, Ask ask) {
    HashBits hash = credentials.hash(request.getCredential());
    if (hash == null) {
      return begin(request, ask, Credentials.refused(request.getCredential()));
    }
    Lookup lookup = credentials.ifPresent(hash);
    return lookup == null
        ? new Step.Later(anew(credentials.find(hash.fixed()), request, ask.kept(), MOST_ROUNDS))
        : begin(request, ask, lookup);
  }

  private Step begin(AuthenticateRequest request, Ask ask, Lookup lookup) {
    return switch (answers.answer(lookup, ask)) {
      case Answer answer -> freshnesses.ifAsked(request, lookup, answer);
      case Step unfinished ->
          new Step.Later(finish(unfinished, request, lookup, ask.kept(), MOST_ROUNDS));
    };
  }

  /** The same for a request that was read and whose credential is looked up. */
  Step decide(AuthenticateRequest request, KeptAsk ask, Lookup lookup) {
    return switch (answers.answer(lookup, ask)) {
      case Answer answer -> freshnesses.counted(request, lookup, answer);
      case Step unfinished -> new Step.Later(finish(unfinished, request, lookup, ask, MOST_ROUNDS));
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
  private CompletableFuture<Step> anew(
      CompletableFuture<Lookup> lookup, AuthenticateRequest request, KeptAsk ask, int rounds) {
    return lookup.thenCompose(
        found -> finish(answers.answer(found, ask), request, found, ask, rounds));
  }

  /** What a step leads to once nothing has to be waited for any more. */
  private CompletableFuture<Step> finish(
      Step step, AuthenticateRequest request, Lookup lookup, KeptAsk ask, int rounds) {
    return switch (step) {
      case Answer answer ->
          CompletableFuture.completedFuture(freshnesses.counted(request, lookup, answer));
      case Step.Later later ->
          later.step().thenCompose(next -> finish(next, request, lookup, ask, rounds));
      case Step.Waiting waiting ->
          rounds == 0
              ? CompletableFuture.failedFuture(ApiException.overloaded())
              : anew(
                  waiting.ready().thenCompose(_ -> credentials.find(request.getCredential())),
                  request,
                  ask,
                  rounds - 1);
    };
  }
}
