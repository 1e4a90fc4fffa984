package dev.latchkey.edge.http;

import dev.latchkey.edge.answer.Answer;
import dev.latchkey.edge.credentials.CredentialReader;
import dev.latchkey.edge.credentials.PresentedCredential;
import dev.latchkey.edge.problem.CredentialProblems;
import dev.latchkey.edge.problem.Problem;
import dev.latchkey.edge.problem.ProblemWriter;
import dev.latchkey.kit.secret.Secret;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Lets only requests with one credential reach a route's work. Safe for use by many threads. */
@Singleton
public final class Callers {
  private static final String API_KEY = "X-API-Key";
  private static final String AUTHORIZATION = "Authorization";

  private final ProblemWriter problems;

  Callers(ProblemWriter problems) {
    this.problems = problems;
  }

  /** Does the work with the request's credential, or answers why there is none to work with. */
  public CompletionStage<Answer> withCredential(
      Exchange exchange, Function<Secret, CompletionStage<Answer>> work) {
    return switch (CredentialReader.read(
        exchange.fields(API_KEY), exchange.fields(AUTHORIZATION))) {
      case PresentedCredential.Found(Secret secret) -> work.apply(secret);
      case PresentedCredential.Missing() -> refuse(exchange, CredentialProblems.MISSING);
      case PresentedCredential.Conflicting() -> refuse(exchange, CredentialProblems.CONFLICTING);
      // Not told apart from a key that is unknown.
      case PresentedCredential.Malformed() -> refuse(exchange, CredentialProblems.INVALID);
    };
  }

  private CompletionStage<Answer> refuse(Exchange exchange, Problem problem) {
    return CompletableFuture.completedFuture(problems.write(problem, exchange.requestId()));
  }
}
